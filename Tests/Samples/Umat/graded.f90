! Isotropic linear elasticity that stiffens along x as a user material of Abaqus, in Fortran.
! PROPS: Young's modulus at x = 0, Poisson's ratio. STATEV: COORDS, NOEL, NPT, KSTEP, KINC.
include 'umat.inc'
  double precision :: young, lambda, shear
  integer :: i

  young = props(1) * (1.0d0 + coords(1))
  shear = young / (2.0d0 * (1.0d0 + props(2)))
  lambda = young * props(2) / ((1.0d0 + props(2)) * (1.0d0 - 2.0d0 * props(2)))
  ddsdde = 0.0d0
  ddsdde(1:ndi, 1:ndi) = lambda
  do i = 1, ndi
    ddsdde(i, i) = lambda + 2.0d0 * shear
  end do
  do i = ndi + 1, ntens
    ddsdde(i, i) = shear
  end do
  stress = matmul(ddsdde, stran + dstran)
  statev(1:3) = coords
  statev(4:7) = (/ noel, npt, kstep, kinc /)
end subroutine umat
