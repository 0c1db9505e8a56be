/* Plasticity of von Mises with linear isotropic hardening as a user material of Abaqus, in C.
   PROPS: Young's modulus, Poisson's ratio, yield stress, hardening modulus.
   STATEV: plastic strain in Abaqus's order 11, 22, 33, 12, 13, 23, then its cumulated amount. */
#include <math.h>

#include "umat.h"

void umat(UMAT_ARGUMENTS) {
  const double g = props[0] / (2 * (1 + props[1]));
  const double bulk = props[0] / (3 * (1 - 2 * props[1]));
  double s[6], n[6], trace = 0, square = 0;
  for (int i = 0; i < 3; i++) trace += stran[i] + dstran[i] - statev[i];
  for (int i = 0; i < 6; i++) {
    const double e = stran[i] + dstran[i] - statev[i];
    s[i] = i < 3 ? 2 * g * (e - trace / 3) : g * e;
    square += (i < 3 ? 1 : 2) * s[i] * s[i];
  }
  const double equivalent = sqrt(1.5 * square);
  const double excess = equivalent - props[2] - props[3] * statev[6];
  const double step = excess > 0 ? excess / (3 * g + props[3]) : 0;
  const double turning = step > 0 ? step / equivalent : 0;
  const double compliance = step > 0 ? 1 / (3 * g + props[3]) : 0;
  for (int i = 0; i < 6; i++) {
    n[i] = step > 0 ? 1.5 * s[i] / equivalent : 0;
    stress[i] = s[i] - 2 * g * step * n[i] + (i < 3 ? bulk * trace : 0);
    statev[i] += (i < 3 ? 1 : 2) * step * n[i];
  }
  statev[6] += step;
  const double shear = g * (1 - 3 * g * turning);
  for (int i = 0; i < 6; i++)
    for (int j = 0; j < 6; j++) {
      double c = 4 * g * g * (turning - compliance) * n[i] * n[j];
      if (i < 3 && j < 3) c += bulk - 2 * shear / 3;
      if (i == j) c += i < 3 ? 2 * shear : shear;
      ddsdde[i + 6 * j] = c;
    }
}
