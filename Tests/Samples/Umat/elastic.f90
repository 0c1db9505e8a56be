! Isotropic linear elasticity as a user material of Abaqus, in Fortran.
! PROPS: Young's modulus, Poisson's ratio. STATEV(1): number of calls of the point.
include 'umat.inc'
  double precision :: lambda, shear
  integer :: i

  if (cmname /= 'STEEL') then
    ! A wrong name shows that the hidden length was not passed as expected.
    stress = 1.0d300
    return
  end if
  shear = props(1) / (2.0d0 * (1.0d0 + props(2)))
  lambda = props(1) * props(2) / ((1.0d0 + props(2)) * (1.0d0 - 2.0d0 * props(2)))
  ddsdde = 0.0d0
  ddsdde(1:ndi, 1:ndi) = lambda
  do i = 1, ndi
    ddsdde(i, i) = lambda + 2.0d0 * shear
  end do
  do i = ndi + 1, ntens
    ddsdde(i, i) = shear
  end do
  stress = matmul(ddsdde, stran + dstran)
  statev(1) = statev(1) + 1.0d0
end subroutine umat
