# Boundary elements for a plane wave that meets a soft sphere of radius one: exp(i k z) comes in, the
# pressure p vanishes on the sphere, q = dp/dn is what is unknown there.
#
#   q/2 + D' q - i k S q = dp_in/dn - i k p_in,   S: exp(i k r)/(4 pi r),  D': its normal derivative
#
# Neither equation alone is solvable at the resonances of the inside, this combination always is. One
# value of q on each of 20 n^2 spherical triangles, and the equation at their centres. On the sphere
# (x - y).n(x) = r^2/2, so that D' is (i k r - 1)/2 times the kernel of S.
#
#   awk -f assemble.awk operator K      the matrix, complex and full
#   awk -f assemble.awk load K          the right-hand side
#   awk -f assemble.awk backscatter K   the far field towards -z is the product with q
#   awk -f assemble.awk mean            the mean of q over the sphere is the product with q
#
# Any awk of POSIX; MatrixMarket to stdout.

BEGIN {
  what = ARGV[1]; k = ARGV[2] + 0; pi = atan2(0, -1)
  if (what != "operator" && what != "load" && what != "backscatter" && what != "mean") {
    print "operator, load, backscatter or mean, not '" what "'" > "/dev/stderr"; exit 64
  }
  if (what != "mean" && !(k > 0)) {
    print "the wavenumber is a positive number, not '" ARGV[2] "'" > "/dev/stderr"; exit 64
  }
  triangles(4)
  rules()
  if (what == "operator") operator()
  else vector()
  exit 0
}

# --- the sphere

# The 20 n^2 triangles of an icosahedron, each face cut n by n, with corners a, b, c on the sphere.
function triangles(n,    t, i, j, m, line, face, p) {
  t = (1 + sqrt(5)) / 2
  split("-1 t 0;1 t 0;-1 -t 0;1 -t 0;0 -1 t;0 1 t;0 -1 -t;0 1 -t;t 0 -1;t 0 1;-t 0 -1;-t 0 1", p, ";")
  for (m = 1; m <= 12; m++) {
    split(p[m], line, " ")
    for (i = 1; i <= 3; i++)
      ico[m, i] = line[i] == "t" ? t : line[i] == "-t" ? -t : line[i] + 0
  }
  split("1 12 6;1 6 2;1 2 8;1 8 11;1 11 12;2 6 10;6 12 5;12 11 3;11 8 7;8 2 9;" \
    "4 10 5;4 5 3;4 3 7;4 7 9;4 9 10;5 10 6;3 5 12;7 3 11;9 7 8;10 9 2", p, ";")
  count = 0
  for (m = 1; m <= 20; m++) {
    split(p[m], face, " ")
    for (i = 0; i < n; i++)
      for (j = 0; j < n - i; j++) {
        panel(face, n, i, j, i + 1, j, i, j + 1)
        if (i + j < n - 1) panel(face, n, i + 1, j, i + 1, j + 1, i, j + 1)
      }
  }
}

function panel(face, n, i1, j1, i2, j2, i3, j3,    l, s) {
  count++
  corner(face, n, i1, j1, "a"); corner(face, n, i2, j2, "b"); corner(face, n, i3, j3, "c")
  s = 0
  for (l = 1; l <= 3; l++) {
    centre[count, l] = at["a", count, l] + at["b", count, l] + at["c", count, l]
    s += centre[count, l] ^ 2
  }
  for (l = 1; l <= 3; l++) centre[count, l] /= sqrt(s)
}

function corner(face, n, i, j, name,    l, s) {
  s = 0
  for (l = 1; l <= 3; l++) {
    at[name, count, l] = (n - i - j) * ico[face[1], l] + i * ico[face[2], l] + j * ico[face[3], l]
    s += at[name, count, l] ^ 2
  }
  for (l = 1; l <= 3; l++) at[name, count, l] /= sqrt(s)
}

# --- integrals over panels

# Points and weights in the triangle (0,0) (1,0) (0,1): 1, 3 and 7 points, exact to degree 1, 2 and 5.
function rules(    s, a, b) {
  size[1] = 1; point(1, 1, 1/3, 1/3, 1/2)
  size[2] = 3; point(2, 1, 1/6, 1/6, 1/6); point(2, 2, 2/3, 1/6, 1/6); point(2, 3, 1/6, 2/3, 1/6)
  s = sqrt(15); size[3] = 7; point(3, 1, 1/3, 1/3, 9/80)
  a = (6 - s) / 21; b = (155 - s) / 2400
  point(3, 2, a, a, b); point(3, 3, 1 - 2*a, a, b); point(3, 4, a, 1 - 2*a, b)
  a = (6 + s) / 21; b = (155 + s) / 2400
  point(3, 5, a, a, b); point(3, 6, 1 - 2*a, a, b); point(3, 7, a, 1 - 2*a, b)
  # Gauss's four points on (0, 1), for panels that hold the point themselves.
  a = sqrt(3/7 - 2/7 * sqrt(6/5)); b = (18 + sqrt(30)) / 72
  gauss[1] = (1 - a) / 2; gauss[2] = (1 + a) / 2; share[1] = share[2] = b
  a = sqrt(3/7 + 2/7 * sqrt(6/5)); b = (18 - sqrt(30)) / 72
  gauss[3] = (1 - a) / 2; gauss[4] = (1 + a) / 2; share[3] = share[4] = b
}

function point(rule, m, u, v, w) { pu[rule, m] = u; pv[rule, m] = v; pw[rule, m] = w }

# Points y and weights w of a rule on the spherical triangle over the flat one with corners a, b, c:
# radial projection, whose area element is det(a, b, c) / |p|^3. They are added to the list of 'to'.
function place(rule, to, ax, ay, az, bx, by, bz, cx, cy, cz,    m, px, py, pz, s, det) {
  det = ax*(by*cz - bz*cy) + ay*(bz*cx - bx*cz) + az*(bx*cy - by*cx)
  if (det < 0) det = -det
  for (m = 1; m <= size[rule]; m++) {
    px = ax + pu[rule, m]*(bx - ax) + pv[rule, m]*(cx - ax)
    py = ay + pu[rule, m]*(by - ay) + pv[rule, m]*(cy - ay)
    pz = az + pu[rule, m]*(bz - az) + pv[rule, m]*(cz - az)
    put(to, px, py, pz, pw[rule, m] * det)
  }
}

function put(to, px, py, pz, w,    s, m) {
  s = sqrt(px*px + py*py + pz*pz)
  m = ++many[to]
  yx[to, m] = px / s; yy[to, m] = py / s; yz[to, m] = pz / s; yw[to, m] = w / (s*s*s)
}

# Three lists for each panel: for points far away, at middle distance, and next to it.
function lists(j,    ax, ay, az, bx, by, bz, cx, cy, cz, ux, uy, uz, vx, vy, vz, wx, wy, wz) {
  ax = at["a", j, 1]; ay = at["a", j, 2]; az = at["a", j, 3]
  bx = at["b", j, 1]; by = at["b", j, 2]; bz = at["b", j, 3]
  cx = at["c", j, 1]; cy = at["c", j, 2]; cz = at["c", j, 3]
  many["f"] = many["m"] = many["n"] = 0
  place(2, "f", ax, ay, az, bx, by, bz, cx, cy, cz)
  place(3, "m", ax, ay, az, bx, by, bz, cx, cy, cz)
  ux = (ax+bx)/2; uy = (ay+by)/2; uz = (az+bz)/2
  vx = (bx+cx)/2; vy = (by+cy)/2; vz = (bz+cz)/2
  wx = (cx+ax)/2; wy = (cy+ay)/2; wz = (cz+az)/2
  place(3, "n", ax, ay, az, ux, uy, uz, wx, wy, wz)
  place(3, "n", ux, uy, uz, bx, by, bz, vx, vy, vz)
  place(3, "n", wx, wy, wz, vx, vy, vz, cx, cy, cz)
  place(3, "n", ux, uy, uz, vx, vy, vz, wx, wy, wz)
}

# The list of the panel itself: three triangles with the centre as a corner, where coordinates after
# Duffy take the singularity away.
function own(j,    e, ox, oy, oz, s) {
  many["s"] = 0
  s = (at["a", j, 1] + at["b", j, 1] + at["c", j, 1]) / 3 / centre[j, 1]
  if (centre[j, 1] ^ 2 < 1e-6) s = (at["a", j, 3] + at["b", j, 3] + at["c", j, 3]) / 3 / centre[j, 3]
  ox = s * centre[j, 1]; oy = s * centre[j, 2]; oz = s * centre[j, 3]
  duffy(ox, oy, oz, j, "a", "b"); duffy(ox, oy, oz, j, "b", "c"); duffy(ox, oy, oz, j, "c", "a")
}

function duffy(ox, oy, oz, j, b, c,    g, h, u, v, bx, by, bz, cx, cy, cz, det) {
  bx = at[b, j, 1]; by = at[b, j, 2]; bz = at[b, j, 3]
  cx = at[c, j, 1]; cy = at[c, j, 2]; cz = at[c, j, 3]
  det = ox*(by*cz - bz*cy) + oy*(bz*cx - bx*cz) + oz*(bx*cy - by*cx)
  if (det < 0) det = -det
  for (g = 1; g <= 4; g++)
    for (h = 1; h <= 4; h++) {
      u = gauss[g] * (1 - gauss[h]); v = gauss[g] * gauss[h]
      put("s", ox + u*(bx - ox) + v*(cx - ox), oy + u*(by - oy) + v*(cy - oy),
        oz + u*(bz - oz) + v*(cz - oz), share[g] * share[h] * gauss[g] * det)
    }
}

# --- matrix and vectors

# The matrix column by column, as MatrixMarket has it.
function operator(    i, j, m, to, first, last, x, y, z, px, py, pz, r2, r, co, si, w, re, im, fw) {
  print "%%MatrixMarket matrix array complex general"
  print count, count
  for (i = 1; i <= count; i++) { cx_[i] = centre[i, 1]; cy_[i] = centre[i, 2]; cz_[i] = centre[i, 3] }
  for (j = 1; j <= count; j++) {
    lists(j); own(j)
    x = cx_[j]; y = cy_[j]; z = cz_[j]
    for (i = 1; i <= count; i++) {
      px = cx_[i]; py = cy_[i]; pz = cz_[i]
      r2 = 2 * (1 - (px*x + py*y + pz*z))
      to = i == j ? "s" : r2 < 0.2 ? "n" : r2 < 0.6 ? "m" : "f"
      re = im = 0
      last = many[to]
      for (m = 1; m <= last; m++) {
        # On the sphere |x - y|^2 = 2 (1 - x.y); near the point the difference itself keeps its digits.
        r = sqrt((px - yx[to, m])^2 + (py - yy[to, m])^2 + (pz - yz[to, m])^2)
        w = yw[to, m] / r; co = cos(k*r) * w; si = sin(k*r) * w
        # (-1/2 + i (k r / 2 - k)) exp(i k r) w
        fw = k * (r / 2 - 1)
        re += -co / 2 - fw * si
        im += -si / 2 + fw * co
      }
      printf "%.17g %.17g\n", re / (4*pi) + (i == j ? 0.5 : 0), im / (4*pi)
    }
  }
}

function vector(    j, m, z, re, im, w) {
  print "%%MatrixMarket matrix array " (what == "mean" ? "real" : "complex") " general"
  print count, 1
  for (j = 1; j <= count; j++) {
    z = centre[j, 3]
    if (what == "load") {
      # (d/dn - i k) exp(i k z) = i k (z - 1) exp(i k z)
      printf "%.17g %.17g\n", -k * (z - 1) * sin(k*z), k * (z - 1) * cos(k*z)
      continue
    }
    lists(j)
    re = im = 0
    for (m = 1; m <= many["m"]; m++) {
      w = yw["m", m] / (4*pi); z = yz["m", m]
      if (what == "mean") re += w
      else { re -= w * cos(k*z); im -= w * sin(k*z) }
    }
    if (what == "mean") printf "%.17g\n", re
    else printf "%.17g %.17g\n", re, im
  }
}
