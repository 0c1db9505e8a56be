! Isotropic linear elasticity that stiffens along x as a user material of Abaqus, in Fortran.
! PROPS: Young's modulus at x = 0, Poisson's ratio. STATEV: COORDS, NOEL, NPT, KSTEP, KINC.
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
