#pragma once
#include <hdf5.h>
#include <stdint.h>
#include <string.h>

/* HDF5's constants are macros and its identifiers need closing on every path; both stay here.
   Kinds of data: 0 real numbers, 1 integers, 2 text. A negative result is a failure. */

/* The library prints its error stack unless told otherwise; failures are reported by results. */
static inline void ritz_hdf5_silence(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

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
