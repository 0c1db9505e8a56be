// Thermal block: the unit square in 3 x 3 blocks, block1 at the lower left, then row by row.
// gmsh -2 -format msh41 thermal-block.geo
SetFactory("OpenCASCADE");
n = 3;
For j In {0:n-1}
  For i In {0:n-1}
    Rectangle(1 + j*n + i) = {i/n, j/n, 0, 1/n, 1/n};
  EndFor
EndFor
Coherence;
Mesh.Algorithm = 6;
Mesh.MeshSizeExtendFromBoundary = 0;
Mesh.MeshSizeMin = 0.0108;
Mesh.MeshSizeMax = 0.0108;
For k In {1:n*n}
  Physical Surface(Sprintf("block%g", k), k) = {k};
EndFor
e = 1e-6;
Physical Curve("bottom", 11) = Curve In BoundingBox {-e, -e, -e, 1+e, e, e};
Physical Curve("top", 12) = Curve In BoundingBox {-e, 1-e, -e, 1+e, 1+e, e};
Physical Curve("left", 13) = Curve In BoundingBox {-e, -e, -e, e, 1+e, e};
Physical Curve("right", 14) = Curve In BoundingBox {1-e, -e, -e, 1+e, 1+e, e};
