#pragma once
#include <hdf5.h>
#include <stdint.h>
#include <string.h>

/* HDF5's constants are macros and its identifiers need closing on every path; both stay here.
   Kinds of data: 0 real numbers, 1 integers, 2 text. A negative result is a failure. */

/* The library prints its error stack unless told otherwise; failures are reported by results. And it
   takes up at the exit of the process what could not be closed, as on a full disk, and crashes: every
   file is closed where it is used, so that there is nothing for it to do. Said before anything else,
   because it counts only then. */
static inline void ritz_hdf5_silence(void) {
  H5dont_atexit();
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

/* A new file whose first `userBlock` bytes are left to the caller. */
static inline int64_t ritz_hdf5_create(const char *path, uint64_t userBlock) {
  ritz_hdf5_silence();
  hid_t plist = H5Pcreate(H5P_FILE_CREATE);
  if (plist < 0) return -1;
  H5Pset_userblock(plist, userBlock);
  H5Pset_obj_track_times(plist, 0);
  hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, plist, H5P_DEFAULT);
  H5Pclose(plist);
  return file;
}

static inline int64_t ritz_hdf5_open(const char *path) {
  ritz_hdf5_silence();
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  if (access < 0) return -1;
  H5Pset_file_locking(access, 0, 1);
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
  H5Pclose(access);
  return file;
}

static inline int ritz_hdf5_close(int64_t file) { return H5Fclose((hid_t)file) < 0 ? -1 : 0; }

/* In the file: little-endian; in memory: native. Text is one string of `length` bytes. */
static inline hid_t ritz_hdf5_type(int kind, uint64_t length, int inFile) {
  if (kind == 2) {
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, length > 0 ? (size_t)length : 1);
    H5Tset_cset(type, H5T_CSET_UTF8);
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    return type;
  }
  if (kind == 1) return H5Tcopy(inFile ? H5T_STD_I32LE : H5T_NATIVE_INT32);
  return H5Tcopy(inFile ? H5T_IEEE_F64LE : H5T_NATIVE_DOUBLE);
}

/* Writes one array; groups named in the path are made as needed. Text has rank 0. */
static inline int ritz_hdf5_write(
    int64_t file, const char *name, int kind, int rank, const uint64_t *shape, uint64_t length,
    const void *data) {
  hsize_t dims[8];
  if (rank > 8) return -1;
  uint64_t count = 1;
  for (int i = 0; i < rank; i++) {
    dims[i] = shape[i];
    count *= shape[i];
  }
  hid_t space = rank == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(rank, dims, NULL);
  hid_t links = H5Pcreate(H5P_LINK_CREATE);
  hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_create_intermediate_group(links, 1);
  H5Pset_obj_track_times(creation, 0);
  hid_t fileType = ritz_hdf5_type(kind, length, 1), memoryType = ritz_hdf5_type(kind, length, 0);
  hid_t set = H5Dcreate2((hid_t)file, name, fileType, space, links, creation, H5P_DEFAULT);
  int status = set < 0 ? -1 : 0;
  if (set >= 0) {
    if (count > 0 && H5Dwrite(set, memoryType, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0)
      status = -1;
    if (H5Dclose(set) < 0) status = -1;
  }
  H5Tclose(fileType);
  H5Tclose(memoryType);
  H5Pclose(creation);
  H5Pclose(links);
  H5Sclose(space);
  return status;
}

/* Kind, rank, shape and (for text) the bytes of the array called `name`; −1 if there is none. */
static inline int ritz_hdf5_describe(
    int64_t file, const char *name, int *kind, int *rank, uint64_t *shape, uint64_t *length) {
  hid_t set = H5Dopen2((hid_t)file, name, H5P_DEFAULT);
  if (set < 0) return -1;
  hid_t type = H5Dget_type(set), space = H5Dget_space(set);
  int status = -1;
  if (type >= 0 && space >= 0) {
    H5T_class_t class = H5Tget_class(type);
    hsize_t dims[H5S_MAX_RANK];
    *kind = class == H5T_FLOAT ? 0 : class == H5T_INTEGER ? 1 : class == H5T_STRING ? 2 : 3;
    *length = H5Tget_size(type);
    *rank = H5Sget_simple_extent_ndims(space);
    if (*kind < 3 && *rank >= 0 && *rank <= 8 && H5Tis_variable_str(type) <= 0
        && H5Sget_simple_extent_dims(space, dims, NULL) >= 0) {
      for (int i = 0; i < *rank; i++) shape[i] = dims[i];
      status = 0;
    }
  }
  if (type >= 0) H5Tclose(type);
  if (space >= 0) H5Sclose(space);
  H5Dclose(set);
  return status;
}

static inline int ritz_hdf5_read(
    int64_t file, const char *name, int kind, uint64_t length, void *data) {
  hid_t set = H5Dopen2((hid_t)file, name, H5P_DEFAULT);
  if (set < 0) return -1;
  hid_t type = ritz_hdf5_type(kind, length, 0);
  int status = H5Dread(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0 ? -1 : 0;
  H5Tclose(type);
  H5Dclose(set);
  return status;
}

/* Reads an array of any number type as 64-bit integers (kind 1) or doubles (kind 0). */
static inline int ritz_hdf5_read_wide(int64_t file, const char *name, int kind, void *data) {
  hid_t set = H5Dopen2((hid_t)file, name, H5P_DEFAULT);
  if (set < 0) return -1;
  hid_t type = kind == 1 ? H5T_NATIVE_INT64 : H5T_NATIVE_DOUBLE;
  int status = H5Dread(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0 ? -1 : 0;
  H5Dclose(set);
  return status;
}

/* The bytes that an array takes in the file; 0 where nothing was written or it is not there. */
static inline uint64_t ritz_hdf5_stored(int64_t file, const char *name) {
  hid_t set = H5Dopen2((hid_t)file, name, H5P_DEFAULT);
  if (set < 0) return 0;
  uint64_t size = H5Dget_storage_size(set);
  H5Dclose(set);
  return size;
}

/* A rectangle of an array of rank 1 or 2, as doubles, row by row. */
static inline int ritz_hdf5_read_block(
    int64_t file, const char *name, int rank, const uint64_t *start, const uint64_t *count,
    double *data) {
  if (rank < 1 || rank > 2) return -1;
  hid_t set = H5Dopen2((hid_t)file, name, H5P_DEFAULT);
  if (set < 0) return -1;
  hsize_t first[2], extent[2];
  for (int i = 0; i < rank; i++) {
    first[i] = start[i];
    extent[i] = count[i];
  }
  hid_t space = H5Dget_space(set), memory = H5Screate_simple(rank, extent, NULL);
  int status = -1;
  if (space >= 0 && memory >= 0 && H5Sget_simple_extent_ndims(space) == rank
      && H5Sselect_hyperslab(space, H5S_SELECT_SET, first, NULL, extent, NULL) >= 0
      && H5Dread(set, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, data) >= 0)
    status = 0;
  if (space >= 0) H5Sclose(space);
  if (memory >= 0) H5Sclose(memory);
  H5Dclose(set);
  return status;
}

/* The extent of a chunk along each axis; −1 where an array is not stored in chunks. */
static inline int ritz_hdf5_chunks(int64_t file, const char *name, int rank, uint64_t *extent) {
  hid_t set = H5Dopen2((hid_t)file, name, H5P_DEFAULT);
  if (set < 0) return -1;
  hid_t list = H5Dget_create_plist(set);
  int status = -1;
  hsize_t sizes[8];
  if (list >= 0 && rank <= 8 && H5Pget_layout(list) == H5D_CHUNKED
      && H5Pget_chunk(list, rank, sizes) == rank) {
    for (int i = 0; i < rank; i++) extent[i] = sizes[i];
    status = 0;
  }
  if (list >= 0) H5Pclose(list);
  H5Dclose(set);
  return status;
}

struct ritz_hdf5_names {
  char *text;
  uint64_t capacity, length;
};

static inline void ritz_hdf5_add_name(struct ritz_hdf5_names *names, const char *name) {
  size_t count = strlen(name);
  if (names->length + count + 2 <= names->capacity) {
    names->text[names->length] = '/';
    memcpy(names->text + names->length + 1, name, count);
    names->text[names->length + 1 + count] = '\n';
  }
  names->length += count + 2;
}

#if H5_VERSION_GE(1, 12, 0)
static inline herr_t ritz_hdf5_visit(
    hid_t group, const char *name, const H5O_info2_t *info, void *names) {
  (void)group;
  if (info->type == H5O_TYPE_DATASET) ritz_hdf5_add_name((struct ritz_hdf5_names *)names, name);
  return 0;
}
#else
static inline herr_t ritz_hdf5_visit(
    hid_t group, const char *name, const H5O_info_t *info, void *names) {
  (void)group;
  if (info->type == H5O_TYPE_DATASET) ritz_hdf5_add_name((struct ritz_hdf5_names *)names, name);
  return 0;
}
#endif

/* The paths of all arrays, each with a line end, and how many bytes they take altogether. */
static inline int ritz_hdf5_list(int64_t file, char *text, uint64_t capacity, uint64_t *length) {
  struct ritz_hdf5_names names = {text, capacity, 0};
#if H5_VERSION_GE(1, 12, 0)
  herr_t status = H5Ovisit3((hid_t)file, H5_INDEX_NAME, H5_ITER_INC, ritz_hdf5_visit, &names,
                            H5O_INFO_BASIC);
#else
  herr_t status = H5Ovisit2((hid_t)file, H5_INDEX_NAME, H5_ITER_INC, ritz_hdf5_visit, &names,
                            H5O_INFO_BASIC);
#endif
  *length = names.length;
  return status < 0 ? -1 : 0;
}

/* A single number (kind 0) or text (kind 2) as an attribute of an array or of the file ("/"). */
static inline int ritz_hdf5_attribute(
    int64_t file, const char *object, const char *name, int kind, uint64_t length,
    const void *data) {
  hid_t owner = H5Oopen((hid_t)file, object, H5P_DEFAULT);
  if (owner < 0) return -1;
  hid_t space = H5Screate(H5S_SCALAR);
  hid_t fileType = ritz_hdf5_type(kind, length, 1), memoryType = ritz_hdf5_type(kind, length, 0);
  hid_t attribute = H5Acreate2(owner, name, fileType, space, H5P_DEFAULT, H5P_DEFAULT);
  int status = attribute < 0 ? -1 : 0;
  if (attribute >= 0) {
    if (H5Awrite(attribute, memoryType, data) < 0) status = -1;
    if (H5Aclose(attribute) < 0) status = -1;
  }
  H5Tclose(fileType);
  H5Tclose(memoryType);
  H5Sclose(space);
  H5Oclose(owner);
  return status;
}

/* Kind and size of an attribute that holds one number or one text of fixed length, and (where
   `data` is not null) its value; −1 if there is none of this kind. */
static inline int ritz_hdf5_read_attribute(
    int64_t file, const char *object, const char *name, int kind, uint64_t *length, void *data) {
  hid_t owner = H5Oopen((hid_t)file, object, H5P_DEFAULT);
  if (owner < 0) return -1;
  int status = -1;
  hid_t attribute = H5Aexists(owner, name) > 0 ? H5Aopen(owner, name, H5P_DEFAULT) : -1;
  if (attribute >= 0) {
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    H5T_class_t class = H5Tget_class(type);
    if (H5Sget_simple_extent_npoints(space) == 1 && H5Tis_variable_str(type) <= 0
        && (kind == 2 ? class == H5T_STRING : class == H5T_FLOAT || class == H5T_INTEGER)) {
      *length = H5Tget_size(type);
      status = 0;
      if (data != NULL) {
        hid_t memoryType = ritz_hdf5_type(kind, *length, 0);
        status = H5Aread(attribute, memoryType, data) < 0 ? -1 : 0;
        H5Tclose(memoryType);
      }
    }
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
  }
  H5Oclose(owner);
  return status;
}

/* The bytes of a real number of the array's type, 0 for others. */
static inline int ritz_hdf5_real_width(int64_t file, const char *name) {
  hid_t set = H5Dopen2((hid_t)file, name, H5P_DEFAULT);
  if (set < 0) return 0;
  hid_t type = H5Dget_type(set);
  int width = type >= 0 && H5Tget_class(type) == H5T_FLOAT ? (int)H5Tget_size(type) : 0;
  if (type >= 0) H5Tclose(type);
  H5Dclose(set);
  return width;
}

/* A new matrix of doubles without its numbers yet. */
static inline int ritz_hdf5_create_matrix(
    int64_t file, const char *name, uint64_t rows, uint64_t columns) {
  hsize_t dims[2] = {rows, columns};
  hid_t space = H5Screate_simple(2, dims, NULL), creation = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_obj_track_times(creation, 0);
  hid_t set = H5Dcreate2((hid_t)file, name, H5T_IEEE_F64LE, space, H5P_DEFAULT, creation,
                         H5P_DEFAULT);
  H5Pclose(creation);
  H5Sclose(space);
  return set < 0 ? -1 : H5Dclose(set) < 0 ? -1 : 0;
}

/* Writes whole rows of a matrix. */
static inline int ritz_hdf5_write_rows(
    int64_t file, const char *name, uint64_t first, uint64_t rows, uint64_t columns,
    const double *data) {
  hid_t set = H5Dopen2((hid_t)file, name, H5P_DEFAULT);
  if (set < 0) return -1;
  hsize_t start[2] = {first, 0}, count[2] = {rows, columns};
  hid_t space = H5Dget_space(set), memory = H5Screate_simple(2, count, NULL);
  int status = H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) < 0
                   || H5Dwrite(set, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, data) < 0
                   ? -1 : 0;
  H5Sclose(memory);
  H5Sclose(space);
  return H5Dclose(set) < 0 ? -1 : status;
}
