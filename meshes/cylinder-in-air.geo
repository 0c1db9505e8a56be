// Air around a cylinder of radius 1, out to a circle of radius 3: "air", "cylinder", "outside".
// 6-node triangles on curved sides.
// gmsh -2 -order 2 -format msh41 -bin cylinder-in-air.geo
h = 0.3;
Point(1) = {0, 0, 0};
Point(2) = {1, 0, 0, h}; Point(3) = {0, 1, 0, h}; Point(4) = {-1, 0, 0, h}; Point(5) = {0, -1, 0, h};
Point(6) = {3, 0, 0, h}; Point(7) = {0, 3, 0, h}; Point(8) = {-3, 0, 0, h}; Point(9) = {0, -3, 0, h};
Circle(1) = {2, 1, 3}; Circle(2) = {3, 1, 4}; Circle(3) = {4, 1, 5}; Circle(4) = {5, 1, 2};
Circle(5) = {6, 1, 7}; Circle(6) = {7, 1, 8}; Circle(7) = {8, 1, 9}; Circle(8) = {9, 1, 6};
Curve Loop(1) = {5, 6, 7, 8}; Curve Loop(2) = {1, 2, 3, 4};
Plane Surface(1) = {1, 2};
Physical Surface("air", 1) = {1};
Physical Curve("cylinder", 2) = {1, 2, 3, 4};
Physical Curve("outside", 3) = {5, 6, 7, 8};
