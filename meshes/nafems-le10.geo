// NAFEMS LE10: the thick elliptic plate, 0.6 m thick, a quarter, in metres.
// "top" z = 0.6, "outer" the face BC, "middle" its line at z = 0.3, "symmetry-x" the face on x = 0,
// "symmetry-y" that on y = 0; D is the point (2, 0, 0.6). 20-node hexahedra, finer towards D.
// gmsh -3 -order 2 -setnumber Mesh.SecondOrderIncomplete 1 -format msh41 -bin nafems-le10.geo
Point(1) = {0, 1, 0}; Point(2) = {0, 2.75, 0}; Point(3) = {3.25, 0, 0}; Point(4) = {2, 0, 0};
Point(5) = {0, 0, 0}; Point(6) = {1, 0, 0};
Ellipse(1) = {1, 5, 6, 4};
Ellipse(2) = {2, 5, 6, 3};
Line(3) = {1, 2};
Line(4) = {4, 3};
Curve Loop(1) = {1, 4, -2, -3};
Plane Surface(1) = {1};
Transfinite Curve{1, 2} = 9 Using Progression 0.82;
Transfinite Curve{3, 4} = 6 Using Progression 1.3;
Transfinite Surface{1} = {1, 4, 3, 2};
Recombine Surface{1};
lower[] = Extrude {0, 0, 0.3} { Surface{1}; Layers{2}; Recombine; };
upper[] = Extrude {0, 0, 0.3} { Surface{lower[0]}; Layers{2}; Recombine; };
Physical Volume("plate", 1) = {lower[1], upper[1]};
Physical Surface("top", 2) = {upper[0]};
Physical Surface("symmetry-y", 3) = {lower[3], upper[3]};
Physical Surface("outer", 4) = {lower[4], upper[4]};
Physical Surface("symmetry-x", 5) = {lower[5], upper[5]};
e = 1e-6;
rim() = Curve In BoundingBox {-e, -e, 0.3 - e, 3.25 + e, 2.75 + e, 0.3 + e};
inner() = Curve In BoundingBox {-e, -e, 0.3 - e, 2 + e, 1 + e, 0.3 + e};
rim() -= inner();
ab() = Curve In BoundingBox {-e, 1 - e, 0.3 - e, e, 2.75 + e, 0.3 + e};
cd() = Curve In BoundingBox {2 - e, -e, 0.3 - e, 3.25 + e, e, 0.3 + e};
rim() -= ab();
rim() -= cd();
Physical Curve("middle", 6) = {rim()};
