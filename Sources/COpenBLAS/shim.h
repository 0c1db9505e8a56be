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
