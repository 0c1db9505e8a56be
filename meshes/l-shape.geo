// The square [-1, 1]² without its quarter x > 0, y < 0: "wall" is all of its boundary.
// Made with: gmsh -2 -format msh41 l-shape.geo
h = DefineNumber[0.06, Name "Parameters/size"];
Point(1) = {-1, -1, 0, h};
Point(2) = {0, -1, 0, h};
Point(3) = {0, 0, 0, h/4};
Point(4) = {1, 0, 0, h};
Point(5) = {1, 1, 0, h};
Point(6) = {-1, 1, 0, h};
Line(1) = {1, 2};
Line(2) = {2, 3};
Line(3) = {3, 4};
Line(4) = {4, 5};
Line(5) = {5, 6};
Line(6) = {6, 1};
Curve Loop(1) = {1:6};
Plane Surface(1) = {1};
Physical Curve("wall") = {1:6};
Physical Surface("domain") = {1};
