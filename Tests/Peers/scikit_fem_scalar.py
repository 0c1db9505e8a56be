"""A second opinion on scalar problems by scikit-fem, which shares no code with Ritz.

Reads a problem as JSON from a file, solves the same discrete problem and prints the values at the
points of the mesh as JSON, after each step if there are steps. Essential values 1 + x + y² hold on
the whole boundary; the conductivity is `kappa` (1 + x/2), or 1 + u² where `nonlinear` is set.

    pip install scikit-fem
    python3 scikit_fem_scalar.py problem.json
"""

import json
import sys

import numpy as np
import skfem
from skfem.helpers import dot, grad

CUBE = [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 1, 1]]
KINDS = {
    "triangle": (skfem.MeshTri, skfem.ElementTriP1, skfem.ElementTriP2),
    "quadrilateral": (skfem.MeshQuad, skfem.ElementQuad1, skfem.ElementQuad2),
    "tetrahedron": (skfem.MeshTet, skfem.ElementTetP1, skfem.ElementTetP2),
    "hexahedron": (skfem.MeshHex, skfem.ElementHex1, skfem.ElementHex2),
}


def mesh_of(problem):
    kind = KINDS[problem["shape"]][0]
    points = np.array(problem["points"]).T
    cells = np.array(problem["cells"]).T
    if problem["shape"] == "hexahedron":
        corners = skfem.refdom.RefHex.p.T.round().astype(int).tolist()
        cells = cells[[CUBE.index(corner) for corner in corners]]
    return kind(points, cells)


def longest_edges(problem):
    """The longest edge of each cell, among the pairs of corners that are edges of its shape."""
    points, cells = np.array(problem["points"]), np.array(problem["cells"])
    pairs = {
        "triangle": [(0, 1), (1, 2), (0, 2)],
        "quadrilateral": [(0, 1), (1, 2), (2, 3), (3, 0)],
        "tetrahedron": [(0, 1), (1, 2), (0, 2), (0, 3), (2, 3), (1, 3)],
        "hexahedron": [(a, b) for a in range(8) for b in range(a)
                       if sum(abs(np.subtract(CUBE[a], CUBE[b]))) == 1],
    }[problem["shape"]]
    lengths = [np.linalg.norm(points[cells[:, a]] - points[cells[:, b]], axis=1) for a, b in pairs]
    return np.max(lengths, axis=0)


def essential(x):
    return 1 + x[0] + x[1] ** 2


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        problem = json.load(file)
    degree = problem["degree"]
    mesh = mesh_of(problem)
    basis = skfem.Basis(mesh, KINDS[problem["shape"]][degree](), intorder=2 * degree + 1)
    velocity = np.array(problem["velocity"])
    kappa, reaction, source = problem["kappa"], problem["reaction"], problem["source"]
    supg = problem["supg"]
    size = longest_edges(problem)[:, None] * np.ones(basis.dx.shape)
    speed = np.linalg.norm(velocity)
    peclet = speed * size / (2 * kappa)
    tau = size / (2 * speed) * (1 / np.tanh(peclet) - 1 / peclet) if supg else 0 * size

    def along(g):
        return sum(b * component for b, component in zip(velocity, g))

    def conductivity(x):
        return kappa * (1 + (0 if supg else 0.5) * x[0])

    @skfem.BilinearForm
    def operator(u, v, w):
        strong = along(grad(u)) + reaction * u
        return (conductivity(w.x) * dot(grad(u), grad(v)) + strong * v
                + w.tau * strong * along(grad(v)))

    @skfem.BilinearForm
    def storage(u, v, w):
        return problem["capacity"] * u * (v + w.tau * along(grad(v)))

    @skfem.LinearForm
    def load(v, w):
        return source * w.x[0] * w.x[1] * (v + w.tau * along(grad(v)))

    fixed = basis.get_dofs().all()
    u = essential(basis.doflocs)
    results = []

    def keep():
        results.append(u[basis.nodal_dofs[0]].tolist())

    if problem["nonlinear"]:
        @skfem.BilinearForm
        def tangent(d, v, w):
            return ((1 + w.u ** 2) * dot(grad(d), grad(v))
                    + 2 * w.u * d * dot(grad(w.u), grad(v)))

        @skfem.LinearForm
        def residual(v, w):
            return (1 + w.u ** 2) * dot(grad(w.u), grad(v)) - source * w.x[0] * w.x[1] * v

        for _ in range(30):
            here = basis.interpolate(u)
            r = residual.assemble(basis, u=here)
            step = skfem.solve(*skfem.condense(tangent.assemble(basis, u=here), -r, D=fixed))
            u = u + step
            if np.abs(step).max() < 1e-13:
                break
        keep()
    else:
        a = operator.assemble(basis, tau=tau)
        f = load.assemble(basis, tau=tau)
        if problem["steps"]:
            m = storage.assemble(basis, tau=tau)
            weight = problem["weight"]
            for step in problem["steps"]:
                left = m / step + weight * a
                right = f + (m / step - (1 - weight) * a) @ u
                u = skfem.solve(*skfem.condense(left, right, x=u, D=fixed))
                keep()
        else:
            u = skfem.solve(*skfem.condense(a, f, x=u, D=fixed))
            keep()
    json.dump(results, sys.stdout)


main()
