// NAFEMS FV32: a tapered membrane, 10 m long, 5 m wide at its root on x = 0 and 1 m at its tip.
// "root", "tip", "membrane". 9-node quadrilaterals.
// gmsh -2 -order 2 -format msh41 -bin tapered-membrane.geo
Point(1) = {0, -2.5, 0}; Point(2) = {10, -0.5, 0}; Point(3) = {10, 0.5, 0}; Point(4) = {0, 2.5, 0};
Line(1) = {1, 2}; Line(2) = {2, 3}; Line(3) = {3, 4}; Line(4) = {4, 1};
Curve Loop(1) = {1, 2, 3, 4}; Plane Surface(1) = {1};
Transfinite Curve{1, 3} = 17; Transfinite Curve{2, 4} = 9;
Transfinite Surface{1}; Recombine Surface{1};
Physical Surface("membrane", 1) = {1};
Physical Curve("root", 2) = {4};
Physical Curve("tip", 3) = {2};
