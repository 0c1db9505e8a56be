// NAFEMS T1: a quarter of a membrane of 20 x 20 mm with a hot spot of radius 1 mm, in millimetres.
// "hot" inside the circle, "cold" outside; "symmetry-x" on x = 0, "symmetry-y" on y = 0.
// 6-node triangles, fine at the spot.
// gmsh -2 -order 2 -format msh41 -bin nafems-t1.geo
Point(1) = {0, 0, 0, 0.25}; Point(2) = {1, 0, 0, 0.09}; Point(3) = {0, 1, 0, 0.09};
Point(4) = {10, 0, 0, 2}; Point(5) = {10, 10, 0, 2}; Point(6) = {0, 10, 0, 2};
Line(1) = {1, 2}; Circle(2) = {2, 1, 3}; Line(3) = {3, 1};
Line(4) = {2, 4}; Line(5) = {4, 5}; Line(6) = {5, 6}; Line(7) = {6, 3};
Curve Loop(1) = {1, 2, 3}; Plane Surface(1) = {1};
Curve Loop(2) = {4, 5, 6, 7, -2}; Plane Surface(2) = {2};
Physical Surface("hot", 1) = {1};
Physical Surface("cold", 2) = {2};
Physical Curve("symmetry-x", 3) = {3, 7};
Physical Curve("symmetry-y", 4) = {1, 4};
