#pragma once
/* MPI's constants are macros that Swift does not import: its calls are made here, on the world of
   all ranks. Only the C interface is used; the C++ one of OpenMPI must not be included. */
#define OMPI_SKIP_MPICXX 1
#include <mpi.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Starts MPI for calls from one thread, unless it runs; 0 if it serves threads too little. Lines are
   written when they end: a rank that is killed loses nothing it printed. */
static inline int ritz_mpi_start(void) {
  int running = 0, provided = MPI_THREAD_SINGLE;
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  MPI_Initialized(&running);
  if (running) {
    MPI_Query_thread(&provided);
  } else if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS) {
    return 0;
  }
  return provided >= MPI_THREAD_FUNNELED;
}
static inline void ritz_mpi_finish(void) {
  int running = 0, over = 0;
  MPI_Initialized(&running);
  MPI_Finalized(&over);
  if (running && !over) MPI_Finalize();
}
static inline int ritz_mpi_is_main_thread(void) {
  int flag = 0;
  MPI_Is_thread_main(&flag);
  return flag;
}
static inline int ritz_mpi_rank(void) {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}
static inline int ritz_mpi_size(void) {
  int size = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  return size;
}
static inline void ritz_mpi_abort(int code) { MPI_Abort(MPI_COMM_WORLD, code); }
static inline void ritz_mpi_barrier(void) { MPI_Barrier(MPI_COMM_WORLD); }

/* Reduced on rank 0 and sent to all, so that every rank has the same bits. */
static inline int ritz_mpi_reduce(double *x, int n, int is_maximum) {
  int rank = ritz_mpi_rank();
  int status = MPI_Reduce(rank == 0 ? MPI_IN_PLACE : (void *)x, x, n, MPI_DOUBLE,
                          is_maximum ? MPI_MAX : MPI_SUM, 0, MPI_COMM_WORLD);
  return status != MPI_SUCCESS ? status : MPI_Bcast(x, n, MPI_DOUBLE, 0, MPI_COMM_WORLD);
}
static inline int ritz_mpi_broadcast(void *x, int n, int root) {
  return MPI_Bcast(x, n, MPI_DOUBLE, root, MPI_COMM_WORLD);
}
/* Equal counts from all ranks, in units of eight bytes. */
static inline int ritz_mpi_gather(const void *x, int n, void *all) {
  return MPI_Allgather(x, n, MPI_INT64_T, all, n, MPI_INT64_T, MPI_COMM_WORLD);
}
static inline int ritz_mpi_gather_parts(const void *x, int n, void *all, const int *counts,
                                        const int *starts) {
  return MPI_Allgatherv(x, n, MPI_INT64_T, all, counts, starts, MPI_INT64_T, MPI_COMM_WORLD);
}
/* Segments of two buffers, in units of eight bytes, to and from other ranks. */
static inline int ritz_mpi_exchange(const int64_t *out, int sends, const int *to,
                                    const int64_t *out_start, const int *out_count, int64_t *in,
                                    int receives, const int *from, const int64_t *in_start,
                                    const int *in_count) {
  MPI_Request *requests = malloc(sizeof(MPI_Request) * (size_t)(sends + receives + 1));
  if (!requests) return -1;
  int used = 0, status = MPI_SUCCESS;
  for (int k = 0; k < receives && status == MPI_SUCCESS; ++k)
    status = MPI_Irecv(in + in_start[k], in_count[k], MPI_INT64_T, from[k], 0, MPI_COMM_WORLD,
                       &requests[used++]);
  for (int k = 0; k < sends && status == MPI_SUCCESS; ++k)
    status = MPI_Isend(out + out_start[k], out_count[k], MPI_INT64_T, to[k], 0, MPI_COMM_WORLD,
                       &requests[used++]);
  if (status == MPI_SUCCESS) status = MPI_Waitall(used, requests, MPI_STATUSES_IGNORE);
  free(requests);
  return status;
}
