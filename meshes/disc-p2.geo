// The unit disc around (0, 0) with a concentric core of radius 1/2, curved second-order triangles.
// gmsh -2 -order 2 -format msh41 disc-p2.geo
SetFactory("OpenCASCADE");
Disk(1) = {0, 0, 0, 0.5};
Disk(2) = {0, 0, 0, 1};
BooleanFragments{ Surface{1}; Delete; }{ Surface{2}; Delete; }
core() = Surface In BoundingBox {-0.51, -0.51, -0.01, 0.51, 0.51, 0.01};
all() = Surface{:};
all() -= core();
Physical Surface("core", 1) = core();
Physical Surface("ring", 2) = all();
rim() = CombinedBoundary{ Surface{:}; };
Physical Curve("rim", 3) = rim();
Mesh.MeshSizeMin = 0.2;
Mesh.MeshSizeMax = 0.2;
