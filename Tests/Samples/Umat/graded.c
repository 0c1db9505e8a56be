/* Isotropic linear elasticity that stiffens along x as a user material of Abaqus, in C.
   PROPS: Young's modulus at x = 0, Poisson's ratio. STATEV: COORDS, NOEL, NPT, KSTEP, KINC. */
#include "umat.h"

void umat(UMAT_ARGUMENTS) {
  double young = props[0] * (1 + coords[0]), nu = props[1];
  double shear = young / (2 * (1 + nu)), lambda = young * nu / ((1 + nu) * (1 - 2 * nu));
  for (int i = 0; i < 6; i++) {
    stress[i] = 0;
    for (int j = 0; j < 6; j++) {
      double d = i < 3 && j < 3 ? lambda : 0;
      if (i == j) d += i < 3 ? 2 * shear : shear;
      ddsdde[i + 6 * j] = d;
      stress[i] += d * (stran[j] + dstran[j]);
    }
  }
  for (int k = 0; k < 3; k++) statev[k] = coords[k];
  statev[3] = *noel;
  statev[4] = *npt;
  statev[5] = *kstep;
  statev[6] = *kinc;
}
