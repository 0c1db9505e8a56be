// The space between a circle of radius 1 about the origin and one of radius 0.25 about (0.5, 0):
// "annulus", "outer", "inner". 6-node triangles on curved sides, fine where the circles are near.
// gmsh -2 -order 2 -format msh41 -bin eccentric-annulus.geo
R = 1; r = 0.25; d = 0.5;
Point(1) = {0, 0, 0}; Point(2) = {d, 0, 0};
Point(3) = {R, 0, 0, 0.06}; Point(4) = {0, R, 0, 0.15}; Point(5) = {-R, 0, 0, 0.2}; Point(6) = {0, -R, 0, 0.15};
Point(7) = {d + r, 0, 0, 0.06}; Point(8) = {d, r, 0, 0.06}; Point(9) = {d - r, 0, 0, 0.06}; Point(10) = {d, -r, 0, 0.06};
Circle(1) = {3, 1, 4}; Circle(2) = {4, 1, 5}; Circle(3) = {5, 1, 6}; Circle(4) = {6, 1, 3};
Circle(5) = {7, 2, 8}; Circle(6) = {8, 2, 9}; Circle(7) = {9, 2, 10}; Circle(8) = {10, 2, 7};
Curve Loop(1) = {1, 2, 3, 4}; Curve Loop(2) = {5, 6, 7, 8};
Plane Surface(1) = {1, 2};
Physical Surface("annulus", 1) = {1};
Physical Curve("outer", 2) = {1, 2, 3, 4};
Physical Curve("inner", 3) = {5, 6, 7, 8};
