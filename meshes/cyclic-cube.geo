// Unit cube of 6 x 6 x 6 hexahedra with the edge and the corner that hold it.
SetFactory("Built-in");
n = 7;
Point(1) = {0, 0, 0};
line[] = Extrude {1, 0, 0} { Point{1}; Layers{n - 1}; Recombine; };
face[] = Extrude {0, 1, 0} { Curve{line[1]}; Layers{n - 1}; Recombine; };
body[] = Extrude {0, 0, 1} { Surface{face[1]}; Layers{n - 1}; Recombine; };
eps = 1e-6;
Physical Volume("cube") = {body[1]};
Physical Surface("left") = Surface In BoundingBox {-eps, -eps, -eps, eps, 1 + eps, 1 + eps};
Physical Surface("right") = Surface In BoundingBox {1 - eps, -eps, -eps, 1 + eps, 1 + eps, 1 + eps};
Physical Curve("edge") = Curve In BoundingBox {-eps, -eps, -eps, eps, eps, 1 + eps};
Physical Point("corner") = Point In BoundingBox {-eps, 1 - eps, 1 - eps, eps, 1 + eps, 1 + eps};
Mesh.MshFileVersion = 4.1;
