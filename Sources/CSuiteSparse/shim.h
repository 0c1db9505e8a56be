#pragma once
#include <dlfcn.h>
#include <math.h>
#include <stdlib.h>
#include <suitesparse/cholmod.h>
#include <suitesparse/umfpack.h>

/* CHOLMOD's records are filled and read here, so that Swift sees numbers and pointers only.
   A symmetric matrix in compressed rows is the same in compressed columns; the upper triangle
   counts and the rest is skipped. */

static inline cholmod_common *ritz_cholmod_start(int useMETIS) {
  cholmod_common *c = (cholmod_common *)malloc(sizeof(cholmod_common));
  if (c == NULL) return NULL;
  if (!cholmod_l_start(c)) {
    free(c);
    return NULL;
  }
  c->print = 0;
  c->error_handler = NULL;
  c->supernodal = CHOLMOD_SUPERNODAL;
  c->final_ll = 1;
  c->final_super = 1;
  c->quick_return_if_not_posdef = 0;
  c->nmethods = 1;
  c->method[0].ordering = useMETIS ? CHOLMOD_METIS : CHOLMOD_AMD;
  c->postorder = 1;
  return c;
}

static inline void ritz_cholmod_finish(cholmod_common *c) {
  cholmod_l_finish(c);
  free(c);
}

static inline cholmod_sparse ritz_cholmod_sparse(long n, const long *p, const long *i,
                                                 const double *x) {
  cholmod_sparse a = {0};
  a.nrow = (size_t)n;
  a.ncol = (size_t)n;
  a.nzmax = (size_t)p[n];
  a.p = (void *)p;
  a.i = (void *)i;
  a.x = (void *)x;
  a.stype = 1;
  a.itype = CHOLMOD_LONG;
  a.xtype = x == NULL ? CHOLMOD_PATTERN : CHOLMOD_REAL;
  a.dtype = CHOLMOD_DOUBLE;
  a.sorted = 1;
  a.packed = 1;
  return a;
}

static inline cholmod_factor *ritz_cholmod_analyze(long n, const long *p, const long *i,
                                                   cholmod_common *c) {
  cholmod_sparse a = ritz_cholmod_sparse(n, p, i, NULL);
  return cholmod_l_analyze(&a, c);
}

static inline cholmod_factor *ritz_cholmod_copy(cholmod_factor *l, cholmod_common *c) {
  return cholmod_l_copy_factor(l, c);
}

static inline void ritz_cholmod_free_factor(cholmod_factor *l, cholmod_common *c) {
  cholmod_l_free_factor(&l, c);
}

/* How deep OpenMP may go parallel in the calling thread: sets it, and returns what it was, or -1
   where no OpenMP is loaded. Looked up by name, so that nothing here needs OpenMP. */
static inline int ritz_openmp_levels(int levels) {
  int (*get)(void) = (int (*)(void))dlsym(NULL, "omp_get_max_active_levels");
  void (*set)(int) = (void (*)(int))dlsym(NULL, "omp_set_max_active_levels");
  if (get == NULL || set == NULL || levels < 0) return -1;
  const int before = get();
  set(levels);
  return before;
}

/* The status: 0 done, 1 not positive definite, negative for failures.

   Debian's CHOLMOD copies supernodes with four OpenMP threads, whatever the machine has and whatever
   was asked for. The copies take little, the threads that wait for each other take more than the
   factorization: 173 ms an iteration for the plate of 16 335 unknowns against 90 ms without. */
static inline int ritz_cholmod_factorize(long n, const long *p, const long *i, const double *x,
                                         cholmod_factor *l, cholmod_common *c) {
  cholmod_sparse a = ritz_cholmod_sparse(n, p, i, x);
  c->status = CHOLMOD_OK;
  const int before = ritz_openmp_levels(0);
  cholmod_l_factorize(&a, l, c);
  ritz_openmp_levels(before);
  return c->status;
}

/* Overwrites the n x k columns at x by the solutions. The two workspaces grow on demand and are
   kept for the next call. */
static inline int ritz_cholmod_solve(cholmod_factor *l, long n, long k, double *x, void **y,
                                     void **e, cholmod_common *c) {
  cholmod_dense b = {0};
  b.nrow = (size_t)n;
  b.ncol = (size_t)k;
  b.nzmax = (size_t)(n * k);
  b.d = (size_t)n;
  b.x = x;
  b.xtype = CHOLMOD_REAL;
  b.dtype = CHOLMOD_DOUBLE;
  cholmod_dense result = b;
  cholmod_dense *kept = &result;
  c->status = CHOLMOD_OK;
  cholmod_l_solve2(CHOLMOD_A, l, &b, NULL, &kept, NULL, (cholmod_dense **)y, (cholmod_dense **)e,
                   c);
  return c->status;
}

static inline void ritz_cholmod_free_workspace(void *workspace, cholmod_common *c) {
  cholmod_dense *d = (cholmod_dense *)workspace;
  cholmod_l_free_dense(&d, c);
}

/* The signs of D in P A P' = L D L' without pivoting: counts[0] negative, counts[1] zero or not
   finite, and how far the smallest |D| falls below the largest. */
static inline int ritz_cholmod_inertia(long n, const long *p, const long *i, const double *x,
                                       long *counts, double *ratio) {
  cholmod_common *c = ritz_cholmod_start(1);
  if (c == NULL) return CHOLMOD_OUT_OF_MEMORY;
  c->supernodal = CHOLMOD_SIMPLICIAL;
  c->final_ll = 0;
  c->final_super = 0;
  cholmod_sparse a = ritz_cholmod_sparse(n, p, i, x);
  cholmod_factor *l = cholmod_l_analyze(&a, c);
  int status = c->status;
  if (l != NULL) {
    cholmod_l_factorize(&a, l, c);
    status = c->status;
    if (status >= 0 && l->is_ll == 0 && l->is_super == 0 && l->x != NULL) {
      const long *start = (const long *)l->p;
      const double *values = (const double *)l->x;
      double smallest = INFINITY, largest = 0;
      counts[0] = counts[1] = 0;
      for (long j = 0; j < n; j++) {
        const double d = values[start[j]];
        if (d < 0) counts[0]++;
        if (!(fabs(d) > 0) || !isfinite(d)) counts[1]++;
        smallest = fmin(smallest, fabs(d));
        largest = fmax(largest, fabs(d));
      }
      *ratio = largest > 0 ? smallest / largest : 0;
    } else if (status >= 0) {
      status = CHOLMOD_INVALID;
    }
    cholmod_l_free_factor(&l, c);
  }
  ritz_cholmod_finish(c);
  return status;
}

static inline int ritz_cholmod_status(const cholmod_common *c) { return c->status; }
static inline double ritz_cholmod_flops(const cholmod_common *c) { return c->fl; }
static inline double ritz_cholmod_entries(const cholmod_common *c) { return c->lnz; }
static inline long ritz_factor_bytes(const cholmod_factor *l) {
  return (long)(8 * (l->xsize + l->ssize + 3 * (l->nsuper + 1) + 2 * l->n));
}
static inline long ritz_factor_minor(const cholmod_factor *l) { return (long)l->minor; }
static inline long ritz_factor_supernodes(const cholmod_factor *l) { return (long)l->nsuper; }
static inline const long *ritz_factor_permutation(const cholmod_factor *l) {
  return (const long *)l->Perm;
}
static inline const long *ritz_factor_super(const cholmod_factor *l) {
  return (const long *)l->super;
}
static inline const long *ritz_factor_pi(const cholmod_factor *l) { return (const long *)l->pi; }
static inline const long *ritz_factor_px(const cholmod_factor *l) { return (const long *)l->px; }
static inline const long *ritz_factor_s(const cholmod_factor *l) { return (const long *)l->s; }
static inline const double *ritz_factor_x(const cholmod_factor *l) {
  return (const double *)l->x;
}

/* UMFPACK for real and for complex numbers, the latter as pairs of doubles. The matrix in
   compressed rows is the transpose in compressed columns. `info` has UMFPACK_INFO entries. */

static inline int ritz_umfpack_symbolic(int isComplex, int useMETIS, long n, const long *p,
                                        const long *i, const void *x, void **symbolic,
                                        double *info) {
  double control[UMFPACK_CONTROL];
  if (isComplex) {
    umfpack_zl_defaults(control);
  } else {
    umfpack_dl_defaults(control);
  }
  control[UMFPACK_PRL] = 0;
  control[UMFPACK_ORDERING] = useMETIS ? UMFPACK_ORDERING_METIS : UMFPACK_ORDERING_AMD;
  return isComplex
             ? umfpack_zl_symbolic(n, n, p, i, (const double *)x, NULL, symbolic, control, info)
             : umfpack_dl_symbolic(n, n, p, i, (const double *)x, symbolic, control, info);
}

static inline int ritz_umfpack_numeric(int isComplex, const long *p, const long *i, const void *x,
                                       void *symbolic, void **numeric, double *info) {
  return isComplex ? umfpack_zl_numeric(p, i, (const double *)x, NULL, symbolic, numeric, NULL,
                                        info)
                   : umfpack_dl_numeric(p, i, (const double *)x, symbolic, numeric, NULL, info);
}

/* `transposed` is about the matrix in rows. */
static inline int ritz_umfpack_solve(int isComplex, int transposed, const long *p, const long *i,
                                     const void *a, void *x, const void *b, void *numeric) {
  const int system = transposed ? UMFPACK_A : UMFPACK_Aat;
  return isComplex ? umfpack_zl_solve(system, p, i, (const double *)a, NULL, (double *)x, NULL,
                                      (const double *)b, NULL, numeric, NULL, NULL)
                   : umfpack_dl_solve(system, p, i, (const double *)a, (double *)x,
                                      (const double *)b, numeric, NULL, NULL);
}

/* The order of the unknowns (columns of the matrix in rows) and the diagonal of U. */
static inline int ritz_umfpack_pivots(int isComplex, long *unknown, double *diagonal,
                                      double *imaginary, void *numeric) {
  SuiteSparse_long flag = 0;
  return isComplex ? umfpack_zl_get_numeric(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                                            unknown, NULL, diagonal, imaginary, &flag, NULL,
                                            numeric)
                   : umfpack_dl_get_numeric(NULL, NULL, NULL, NULL, NULL, NULL, unknown, NULL,
                                            diagonal, &flag, NULL, numeric);
}

static inline void ritz_umfpack_free_symbolic(void *symbolic) {
  umfpack_dl_free_symbolic(&symbolic);
}
static inline void ritz_umfpack_free_numeric(int isComplex, void *numeric) {
  if (isComplex) {
    umfpack_zl_free_numeric(&numeric);
  } else {
    umfpack_dl_free_numeric(&numeric);
  }
}
static inline int ritz_umfpack_info_count(void) { return UMFPACK_INFO; }
static inline double ritz_umfpack_rcond(const double *info) { return info[UMFPACK_RCOND]; }
static inline double ritz_umfpack_entries(const double *info) {
  return info[UMFPACK_LNZ] + info[UMFPACK_UNZ];
}
static inline double ritz_umfpack_flops(const double *info) { return info[UMFPACK_FLOPS]; }
static inline double ritz_umfpack_bytes(const double *info) {
  return info[UMFPACK_NUMERIC_SIZE] * info[UMFPACK_SIZE_OF_UNIT];
}
