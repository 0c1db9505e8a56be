! Isotropic linear elasticity as a user material of Abaqus, in Fortran.
! PROPS: Young's modulus, Poisson's ratio. STATEV(1): number of calls of the point.
subroutine umat(stress, statev, ddsdde, sse, spd, scd, rpl, ddsddt, drplde, drpldt, &
    stran, dstran, time, dtime, temp, dtemp, predef, dpred, cmname, ndi, nshr, ntens, &
    nstatv, props, nprops, coords, drot, pnewdt, celent, dfgrd0, dfgrd1, noel, npt, &
    layer, kspt, kstep, kinc)
  implicit none
  character(len=80) :: cmname
  integer :: ndi, nshr, ntens, nstatv, nprops, noel, npt, layer, kspt, kstep, kinc
  double precision :: stress(ntens), statev(nstatv), ddsdde(ntens, ntens), sse, spd, scd
  double precision :: rpl, ddsddt(ntens), drplde(ntens), drpldt, stran(ntens), dstran(ntens)
  double precision :: time(2), dtime, temp, dtemp, predef(1), dpred(1), props(nprops)
  double precision :: coords(3), drot(3, 3), pnewdt, celent, dfgrd0(3, 3), dfgrd1(3, 3)
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
