// NAFEMS LE1 and LE10 in plan: a quarter of an elliptic plate with an elliptic hole, in metres.
// A (0, 1), B (0, 2.75), C (3.25, 0), D (2, 0); "inner" AD, "outer" BC, "symmetry-x" AB on x = 0,
// "symmetry-y" CD on y = 0. 9-node quadrilaterals, finer towards D.
// gmsh -2 -order 2 -format msh41 -bin nafems-le1.geo
Point(1) = {0, 1, 0}; Point(2) = {0, 2.75, 0}; Point(3) = {3.25, 0, 0}; Point(4) = {2, 0, 0};
Point(5) = {0, 0, 0}; Point(6) = {1, 0, 0};
Ellipse(1) = {1, 5, 6, 4};   // inner, A to D
Ellipse(2) = {2, 5, 6, 3};   // outer, B to C
Line(3) = {1, 2};            // A to B
Line(4) = {4, 3};            // D to C
Curve Loop(1) = {1, 4, -2, -3};
Plane Surface(1) = {1};
Transfinite Curve{1, 2} = 21 Using Progression 0.85;
Transfinite Curve{3, 4} = 11 Using Progression 1.3;
Transfinite Surface{1} = {1, 4, 3, 2};
Recombine Surface{1};
Physical Surface("plate", 1) = {1};
Physical Curve("inner", 2) = {1};
Physical Curve("outer", 3) = {2};
Physical Curve("symmetry-x", 4) = {3};
Physical Curve("symmetry-y", 5) = {4};
Physical Point("D", 6) = {4};
