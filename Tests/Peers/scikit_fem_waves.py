"""A second opinion on time-harmonic waves by scikit-fem, which shares no code with Ritz.

Reads a problem as JSON from a file, solves K - k² M - i k C on the same mesh and prints real and
imaginary parts at the points of the mesh as JSON. The wave w = 1 + x - 2 y + i x y comes in through
the whole boundary, which absorbs; the index is 1 + x/2 + 0.3 i y, the density 2, the source
20 x y (1 + 2 i).

    pip install scikit-fem
    python3 scikit_fem_waves.py problem.json
"""

import json
import sys

import numpy as np
import skfem
from skfem.helpers import dot, grad

KINDS = {
    "triangle": (skfem.MeshTri, skfem.ElementTriP1, skfem.ElementTriP2),
    "tetrahedron": (skfem.MeshTet, skfem.ElementTetP1, skfem.ElementTetP2),
}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        problem = json.load(file)
    degree, k = problem["degree"], problem["k"]
    kinds = KINDS[problem["shape"]]
    mesh = kinds[0](np.array(problem["points"]).T, np.array(problem["cells"]).T)
    element = kinds[degree]()
    inside = skfem.Basis(mesh, element, intorder=2 * degree + 4)
    boundary = skfem.FacetBasis(mesh, element, intorder=2 * degree + 4)

    @skfem.BilinearForm(dtype=np.complex128)
    def operator(u, v, w):
        index = 1 + w.x[0] / 2 + 0.3j * w.x[1]
        return 0.5 * dot(grad(u), grad(v)) - 0.5 * k ** 2 * index * u * v

    @skfem.BilinearForm(dtype=np.complex128)
    def absorption(u, v, w):
        return -1j * k * u * v

    @skfem.LinearForm(dtype=np.complex128)
    def source(v, w):
        return 20 * w.x[0] * w.x[1] * (1 + 2j) * v

    @skfem.LinearForm(dtype=np.complex128)
    def incident(v, w):
        x, y = w.x[0], w.x[1]
        wave = 1 + x - 2 * y + 1j * x * y
        slope = (1 + 1j * y) * w.n[0] + (-2 + 1j * x) * w.n[1]
        return (slope - 1j * k * wave) * v

    a = operator.assemble(inside) + absorption.assemble(boundary)
    u = skfem.solve(a, source.assemble(inside) + incident.assemble(boundary))
    values = u[inside.nodal_dofs[0]]
    json.dump([values.real.tolist(), values.imag.tolist()], sys.stdout)


main()
