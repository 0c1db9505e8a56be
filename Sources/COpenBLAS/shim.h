#pragma once
/* C99 complex numbers are not imported into Swift: a struct of two doubles has the same layout. */
typedef struct { float re, im; } ritz_complex_float;
typedef struct { double re, im; } ritz_complex_double;
#define lapack_complex_float ritz_complex_float
#define lapack_complex_double ritz_complex_double
#include <cblas.h>
#include <lapacke.h>
char *openblas_get_corename(void);
char *openblas_get_config(void);
void openblas_set_num_threads(int threads);
int openblas_get_num_threads(void);

/* The complex routines of LAPACK, with untyped pointers: Swift's Complex<Double> has the layout of
   the struct above. Column-major throughout. */
typedef ritz_complex_double ritz_z;
static inline int ritz_zgeqrf(int m, int n, void *a, int lda, void *tau) {
  return LAPACKE_zgeqrf(LAPACK_COL_MAJOR, m, n, (ritz_z *)a, lda, (ritz_z *)tau);
}
static inline int ritz_zgeqp3(int m, int n, void *a, int lda, int *order, void *tau) {
  return LAPACKE_zgeqp3(LAPACK_COL_MAJOR, m, n, (ritz_z *)a, lda, order, (ritz_z *)tau);
}
static inline int ritz_zungqr(int m, int n, int k, void *a, int lda, const void *tau) {
  return LAPACKE_zungqr(LAPACK_COL_MAJOR, m, n, k, (ritz_z *)a, lda, (const ritz_z *)tau);
}
static inline int ritz_zunmqr(char trans, int m, int n, int k, const void *a, int lda,
                              const void *tau, void *c, int ldc) {
  return LAPACKE_zunmqr(LAPACK_COL_MAJOR, 'L', trans, m, n, k, (const ritz_z *)a, lda,
                        (const ritz_z *)tau, (ritz_z *)c, ldc);
}
static inline int ritz_zpotrf(int n, void *a, int lda) {
  return LAPACKE_zpotrf(LAPACK_COL_MAJOR, 'L', n, (ritz_z *)a, lda);
}
static inline int ritz_zgetrf(int m, int n, void *a, int lda, int *pivots) {
  return LAPACKE_zgetrf(LAPACK_COL_MAJOR, m, n, (ritz_z *)a, lda, pivots);
}
static inline int ritz_zgetrs(char trans, int n, int k, const void *a, int lda, const int *pivots,
                              void *b, int ldb) {
  return LAPACKE_zgetrs(LAPACK_COL_MAJOR, trans, n, k, (const ritz_z *)a, lda, pivots,
                        (ritz_z *)b, ldb);
}
static inline int ritz_zgecon(int n, const void *a, int lda, double norm, double *rcond) {
  return LAPACKE_zgecon(LAPACK_COL_MAJOR, '1', n, (const ritz_z *)a, lda, norm, rcond);
}
static inline int ritz_zgesdd(char job, int m, int n, void *a, int lda, double *s, void *u,
                              int ldu, void *vt, int ldvt) {
  return LAPACKE_zgesdd(LAPACK_COL_MAJOR, job, m, n, (ritz_z *)a, lda, s, (ritz_z *)u, ldu,
                        (ritz_z *)vt, ldvt);
}
static inline int ritz_zgesvd(char job, int m, int n, void *a, int lda, double *s, void *u,
                              int ldu, void *vt, int ldvt, double *rest) {
  return LAPACKE_zgesvd(LAPACK_COL_MAJOR, job, job, m, n, (ritz_z *)a, lda, s, (ritz_z *)u, ldu,
                        (ritz_z *)vt, ldvt, rest);
}
static inline int ritz_zheevd(int n, void *a, int lda, double *w) {
  return LAPACKE_zheevd(LAPACK_COL_MAJOR, 'V', 'L', n, (ritz_z *)a, lda, w);
}
static inline int ritz_zhegvd(int n, void *a, int lda, void *b, int ldb, double *w) {
  return LAPACKE_zhegvd(LAPACK_COL_MAJOR, 1, 'V', 'L', n, (ritz_z *)a, lda, (ritz_z *)b, ldb, w);
}
static inline int ritz_zgeev(int n, void *a, int lda, void *w, void *vr, int ldvr) {
  return LAPACKE_zgeev(LAPACK_COL_MAJOR, 'N', 'V', n, (ritz_z *)a, lda, (ritz_z *)w, 0, 1,
                       (ritz_z *)vr, ldvr);
}
static inline void ritz_ztrsm(enum CBLAS_UPLO uplo, enum CBLAS_TRANSPOSE trans, int m, int n,
                              const void *t, int ldt, void *b, int ldb) {
  const ritz_z one = {1, 0};
  cblas_ztrsm(CblasColMajor, CblasLeft, uplo, trans, CblasNonUnit, m, n, &one, t, ldt, b, ldb);
}

/* What the processor, and the system, allow: 0 SSE only, 1 AVX, 2 AVX2 with FMA, 3 AVX-512. */
static inline int ritz_vector_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
    return 3;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return 2;
  if (__builtin_cpu_supports("avx")) return 1;
#endif
  return 0;
}
