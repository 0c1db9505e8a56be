"""A second opinion that shares no code with Ritz: the same problems, solved by scikit-fem.

    python3 Tests/Peers/second_opinion.py .build/release/ritz

Every check writes a case on an unstructured mesh, runs it, and compares the nodal values in the
field file with those of scikit-fem for the same discretisation, to 1e-8 of the largest value.
Exit 0: all agree; 1: some do not; 77: the peer is not installed, nothing was checked.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import meshio
    import numpy as np
    import scipy.sparse.linalg as sla
    import skfem
    from skfem import BilinearForm, LinearForm, asm, condense, solve
    from skfem.helpers import ddot, div, dot, grad, sym_grad
except ImportError as missing:
    print(f"SKIPPED: {missing}; pip install scikit-fem meshio")
    sys.exit(77)

RITZ = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else Path(".build/release/ritz").resolve()
TOLERANCE = 1e-8


def disc(count=12, seed=3):
    """An unstructured triangulation of an ellipse: Delaunay of shaken rings."""
    from scipy.spatial import Delaunay

    rng = np.random.default_rng(seed)
    points = [[0.0, 0.0]]
    for ring in range(1, count + 1):
        r = ring / count
        angles = 2 * np.pi * (np.arange(6 * ring) + 0.3 * ring) / (6 * ring)
        shake = 0.0 if ring == count else 0.25 / count
        for a in angles:
            points.append([r * np.cos(a) + shake * rng.uniform(-1, 1),
                           0.7 * r * np.sin(a) + shake * rng.uniform(-1, 1)])
    points = np.array(points)
    cells = Delaunay(points).simplices
    a, b, c = (points[cells[:, k]] for k in range(3))
    area = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    cells[area < 0] = cells[area < 0][:, [0, 2, 1]]
    cells = cells[np.abs(area) > 1e-9]
    return skfem.MeshTri(points.T, cells.T.astype(np.int64))


def shaken_cube(n=5, seed=4):
    rng = np.random.default_rng(seed)
    mesh = skfem.MeshTet.init_tensor(*(np.linspace(0, 1, n + 1),) * 3)
    p = mesh.p.copy()
    inside = np.all((p > 1e-9) & (p < 1 - 1e-9), axis=0)
    p[:, inside] += 0.2 / n * rng.uniform(-1, 1, (3, inside.sum()))
    return skfem.MeshTet(p, mesh.t)


def write_msh(mesh, path, sides):
    """MSH 2.2: the domain is region 'domain'; `sides` names functions of facet midpoints."""
    kind = {3: 2, 4: 4}[mesh.t.shape[0]]
    side_kind = {2: 1, 3: 2}[mesh.facets.shape[0]]
    facets = mesh.boundary_facets()
    middles = mesh.p[:, mesh.facets[:, facets]].mean(axis=1)
    lines = []
    for tag, (name, inside) in enumerate(sides.items(), 2):
        for facet in facets[inside(middles)]:
            nodes = " ".join(str(v + 1) for v in mesh.facets[:, facet])
            lines.append(f"{side_kind} 2 {tag} {tag} {nodes}")
    for cell in mesh.t.T:
        # scikit-fem sorts the corners of a cell: turn those that are inverted.
        v = mesh.p[:, cell]
        edges = v[:, 1:] - v[:, :1]
        if np.linalg.det(edges) < 0:
            cell = cell[[0, 2, 1] + list(range(3, len(cell)))]
        lines.append(f"{kind} 2 1 1 " + " ".join(str(v + 1) for v in cell))
    dimension = mesh.p.shape[0]
    with open(path, "w") as file:
        file.write("$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$PhysicalNames\n%d\n" % (1 + len(sides)))
        file.write(f'{dimension} 1 "domain"\n')
        for tag, name in enumerate(sides, 2):
            file.write(f'{dimension - 1} {tag} "{name}"\n')
        file.write("$EndPhysicalNames\n$Nodes\n%d\n" % mesh.p.shape[1])
        for i, x in enumerate(mesh.p.T, 1):
            xyz = list(x) + [0.0] * (3 - dimension)
            file.write(f"{i} {xyz[0]!r} {xyz[1]!r} {xyz[2]!r}\n".replace("np.float64(", "").replace(")", ""))
        file.write("$EndNodes\n$Elements\n%d\n" % len(lines))
        for i, line in enumerate(lines, 1):
            file.write(f"{i} {line}\n")
        file.write("$EndElements\n")


def run(case, mesh, sides):
    """The results and the first (or last) field file of a case on a mesh."""
    folder = Path(tempfile.mkdtemp(prefix="ritz-peer-"))
    write_msh(mesh, folder / "mesh.msh", sides)
    (folder / "case.toml").write_text('schema = 1\n[mesh]\nfile = "mesh.msh"\n' + case)
    done = subprocess.run([RITZ, "run", "case.toml", "-q", "-o", "out"], cwd=folder,
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"ritz run ended with {done.returncode}:\n{done.stderr}")
    results = json.loads((folder / "out" / "results.json").read_text())
    return results, folder / "out" / "fields"


def last_field(fields, name):
    """Points and values of the last field file of the first query."""
    files = sorted(fields.glob("query-0*.vtu"),
                   key=lambda f: [int(k) for k in f.stem.split("-")[1:] if k.isdigit()])
    data = meshio.read(files[-1])
    return data.points, np.squeeze(data.point_data[name])


def compare(title, points, values, places, reference):
    """Whether nodal values agree: the largest difference at equal places, relative to the largest value."""
    from scipy.spatial import cKDTree

    dimension = places.shape[0]
    distance, index = cKDTree(points[:, :dimension]).query(places.T)
    assert distance.max() < 1e-12, f"{title}: no node of Ritz within {distance.max()}"
    difference = np.abs(values[index] - reference).max() / np.abs(reference).max()
    agrees = bool(difference <= TOLERANCE)
    print(f"{'agrees ' if agrees else 'DIFFERS'} {difference:9.2e}  {title}")
    return agrees


ELLIPSE = {"left": lambda x: x[0] < -0.3, "right": lambda x: x[0] >= -0.3}
CUBE = {
    "bottom": lambda x: x[2] < 1e-9, "top": lambda x: x[2] > 1 - 1e-9,
    "sides": lambda x: (x[2] > 1e-9) & (x[2] < 1 - 1e-9),
}


def facet_basis(mesh, element, side, order):
    facets = mesh.boundary_facets()
    middles = mesh.p[:, mesh.facets[:, facets]].mean(axis=1)
    return skfem.FacetBasis(mesh, element, facets=facets[side(middles)], intorder=order)


def triangle(degree):
    return skfem.ElementTriP1() if degree == 1 else skfem.ElementTriP2()


@BilinearForm
def stiffness(u, v, _):
    return dot(grad(u), grad(v))


@BilinearForm
def mass(u, v, _):
    return u * v


@LinearForm
def unit(v, _):
    return v


def diffusion(degree):
    mesh = disc()
    _, fields = run(f"""
[physics]
kind = "diffusion"
degree = {degree}
[[material]]
on = "*"
conductivity = 2.5
reaction = 0.75
[[boundary]]
on = "left"
value = "1 + x*y"
[[boundary]]
on = "right"
exchange = {{ coefficient = 3, ambient = 2 }}
[[source]]
on = "*"
value = "1 + x"
""", mesh, ELLIPSE)
    basis = skfem.Basis(mesh, triangle(degree), intorder=5)
    right = facet_basis(mesh, triangle(degree), ELLIPSE["right"], 5)
    a = 2.5 * asm(stiffness, basis) + 0.75 * asm(mass, basis) + 3 * asm(mass, right)
    f = asm(LinearForm(lambda v, w: (1 + w.x[0]) * v), basis) + 6 * asm(unit, right)
    x = basis.doflocs
    u = solve(*condense(a, f, x=1 + x[0] * x[1], D=mesh_dofs(basis, ELLIPSE["left"])))
    return compare(f"diffusion, degree {degree}", *last_field(fields, "u"), x, u)


def mesh_dofs(basis, side):
    mesh = basis.mesh
    facets = mesh.boundary_facets()
    middles = mesh.p[:, mesh.facets[:, facets]].mean(axis=1)
    return basis.get_dofs(facets[side(middles)]).flatten()


def heat(scheme):
    mesh = disc()
    steps, dt = 8, 0.05
    _, fields = run(f"""
[physics]
kind = "heat"
degree = 1
[time]
scheme = "{scheme}"
end = {steps * dt}
step = {dt}
[[initial]]
on = "*"
value = "1 + x"
[[material]]
on = "*"
conductivity = 2.5
density = 2
specific-heat = 1.5
[[boundary]]
on = "right"
exchange = {{ coefficient = 3, ambient = 2 }}
""", mesh, ELLIPSE)
    basis = skfem.Basis(mesh, triangle(1), intorder=4)
    right = facet_basis(mesh, triangle(1), ELLIPSE["right"], 4)
    a = 2.5 * asm(stiffness, basis) + 3 * asm(mass, right)
    m = 3 * asm(mass, basis)
    f = 6 * asm(unit, right)
    u = 1 + basis.doflocs[0]
    theta = 1.0 if scheme == "backward-euler" else 0.5
    for _ in range(steps):
        u = sla.spsolve((m + theta * dt * a).tocsc(), dt * f + (m - (1 - theta) * dt * a) @ u)
    return compare(f"heat, {scheme}", *last_field(fields, "u"), basis.doflocs, u)


def advection(stabilization):
    mesh = disc()
    _, fields = run(f"""
[physics]
kind = "advection-diffusion"
degree = 1
stabilization = "{stabilization}"
[[material]]
on = "*"
conductivity = 0.01
velocity = [1.0, 0.5]
[[boundary]]
on = ["left", "right"]
value = "x"
[[source]]
on = "*"
value = 1
""", mesh, ELLIPSE)
    basis = skfem.Basis(mesh, triangle(1), intorder=4)
    kappa, b = 0.01, np.array([1.0, 0.5])
    edges = mesh.p[:, mesh.t[[1, 2, 0]]] - mesh.p[:, mesh.t[[0, 1, 2]]]
    h = np.sqrt((edges**2).sum(axis=0)).max(axis=0)[:, None]
    size = np.linalg.norm(b)
    peclet = size * h / (2 * kappa)
    tau = h / (2 * size) * (1 / np.tanh(peclet) - 1 / peclet)
    tau = tau if stabilization == "supg" else 0 * tau

    def along(u):
        return b[0] * grad(u)[0] + b[1] * grad(u)[1]

    a = asm(BilinearForm(lambda u, v, w: kappa * dot(grad(u), grad(v)) + along(u) * (v + tau * along(v))), basis)
    f = asm(LinearForm(lambda v, w: v + tau * along(v)), basis)
    x = basis.doflocs
    u = solve(*condense(a, f, x=x[0].copy(), D=mesh_dofs(basis, lambda m: m[0] < 9)))
    return compare(f"advection-diffusion, {stabilization}", *last_field(fields, "u"), x, u)


def lame(young, poisson):
    return young * poisson / ((1 + poisson) * (1 - 2 * poisson)), young / (2 * (1 + poisson))


def elastic_form(young, poisson):
    lam, mu = lame(young, poisson)
    return BilinearForm(
        lambda u, v, w: lam * div(u) * div(v) + 2 * mu * ddot(sym_grad(u), sym_grad(v)))


def plane_strain(degree):
    mesh = disc()
    _, fields = run(f"""
[physics]
kind = "elasticity"
degree = {degree}
assumption = "plane-strain"
[[material]]
on = "*"
young = 1000
poisson = 0.3
[[boundary]]
on = "left"
value = [0, 0]
[[boundary]]
on = "right"
traction = [1, 0.5]
[[source]]
on = "*"
value = [0, -2]
""", mesh, ELLIPSE)
    element = skfem.ElementVector(triangle(degree))
    basis = skfem.Basis(mesh, element, intorder=4)
    right = facet_basis(mesh, element, ELLIPSE["right"], 4)
    a = asm(elastic_form(1000, 0.3), basis)
    f = asm(LinearForm(lambda v, w: -2 * v[1]), basis)
    f += asm(LinearForm(lambda v, w: v[0] + 0.5 * v[1]), right)
    u = solve(*condense(a, f, D=mesh_dofs(basis, ELLIPSE["left"])))
    points, values = last_field(fields, "displacement")
    agree = True
    for axis in range(2):
        dofs = np.arange(axis, len(u), 2)
        agree &= compare(f"plane strain, degree {degree}, u.{'xy'[axis]}", points,
                         values[:, axis], basis.doflocs[:, dofs], u[dofs])
    return agree


def solid(degree):
    mesh = shaken_cube(4)
    _, fields = run(f"""
[physics]
kind = "elasticity"
degree = {degree}
[[material]]
on = "*"
young = 1000
poisson = 0.3
[[boundary]]
on = "bottom"
value = [0, 0, 0]
[[boundary]]
on = "top"
pressure = 2
""", mesh, CUBE)
    scalar = skfem.ElementTetP1() if degree == 1 else skfem.ElementTetP2()
    element = skfem.ElementVector(scalar)
    basis = skfem.Basis(mesh, element, intorder=2 * degree)
    top = facet_basis(mesh, element, CUBE["top"], 4)
    a = asm(elastic_form(1000, 0.3), basis)
    f = asm(LinearForm(lambda v, w: -2 * (v[0] * w.n[0] + v[1] * w.n[1] + v[2] * w.n[2])), top)
    u = solve(*condense(a, f, D=mesh_dofs(basis, CUBE["bottom"])))
    points, values = last_field(fields, "displacement")
    agree = True
    for axis in range(3):
        dofs = np.arange(axis, len(u), 3)
        agree &= compare(f"solid, degree {degree}, u.{'xyz'[axis]}", points,
                         values[:, axis], basis.doflocs[:, dofs], u[dofs])
    return agree


def frequencies():
    mesh = shaken_cube(4)
    results, _ = run("""
[physics]
kind = "elasticity"
degree = 2
[modes]
count = 5
[[material]]
on = "*"
young = 1000
poisson = 0.3
density = 2
[[boundary]]
on = "bottom"
value = [0, 0, 0]
""", mesh, CUBE)
    element = skfem.ElementVector(skfem.ElementTetP2())
    basis = skfem.Basis(mesh, element, intorder=4)
    a = asm(elastic_form(1000, 0.3), basis)
    m = 2 * asm(BilinearForm(lambda u, v, w: dot(u, v)), basis)
    a, m, *_ = condense(a, m, D=mesh_dofs(basis, CUBE["bottom"]), expand=False)[:3]
    values = np.sort(sla.eigsh(a, 5, m, sigma=0, tol=1e-13)[0])
    expected = np.sqrt(values) / (2 * np.pi)
    found = np.array(results["query"][0]["frequencies"][:5])
    difference = np.abs(found / expected - 1).max()
    agrees = bool(difference <= TOLERANCE)
    print(f"{'agrees ' if agrees else 'DIFFERS'} {difference:9.2e}  natural frequencies")
    return agrees


def helmholtz(degree):
    mesh = disc()
    k = 4.0
    _, fields = run(f"""
[physics]
kind = "helmholtz"
degree = {degree}
wavenumber = {k}
[[material]]
on = "*"
[[boundary]]
on = "left"
value = [1, 0.5]
[[boundary]]
on = "right"
absorbing = true
[[source]]
on = "*"
value = [2, -1]
""", mesh, ELLIPSE)
    basis = skfem.Basis(mesh, triangle(degree), intorder=5)
    right = facet_basis(mesh, triangle(degree), ELLIPSE["right"], 5)
    a = asm(stiffness, basis) - k**2 * asm(mass, basis) - 1j * k * asm(mass, right)
    f = (2 - 1j) * asm(unit, basis)
    x = np.full(basis.N, 1 + 0.5j)
    u = solve(*condense(a, f.astype(complex), x=x, D=mesh_dofs(basis, ELLIPSE["left"])))
    points, re = last_field(fields, "u.re")
    _, im = last_field(fields, "u.im")
    return compare(f"Helmholtz, degree {degree}", points, re + 1j * im, basis.doflocs, u)


CHECKS = [
    lambda: diffusion(1), lambda: diffusion(2),
    lambda: heat("backward-euler"), lambda: heat("crank-nicolson"),
    lambda: advection("none"), lambda: advection("supg"),
    lambda: plane_strain(1), lambda: plane_strain(2), lambda: solid(1), lambda: solid(2),
    frequencies, lambda: helmholtz(1), lambda: helmholtz(2),
]


def main():
    print(f"scikit-fem {skfem.__version__} beside {RITZ.name}")
    agree = True
    for check in CHECKS:
        try:
            agree &= check()
        except Exception as failure:  # one broken check must not hide the others
            print(f"FAILED {failure}")
            agree = False
    sys.exit(0 if agree else 1)


if __name__ == "__main__":
    main()
