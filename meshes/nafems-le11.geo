// NAFEMS LE11: a solid of revolution, cylinder, taper and sphere, a quarter turn, in metres; the
// profile lies in the plane y = 0 with z the axis. "bottom" z = 0, "top" z = 1.79, "symmetry-y" the
// face on y = 0, "symmetry-x" that on x = 0. A is (1, 0, 0). 20-node hexahedra.
// gmsh -3 -order 2 -setnumber Mesh.SecondOrderIncomplete 1 -format msh41 -bin nafems-le11.geo
s = 0.7071067811865476;
Point(1) = {1, 0, 0};                       // A
Point(2) = {1.4, 0, 0};                     // B
Point(3) = {1.4*Cos(Pi/6), 0, 1.4*Sin(Pi/6)};   // (1.2124, 0.7), end of the outer arc
Point(4) = {1, 0, 1.39};
Point(5) = {1, 0, 1.79};
Point(6) = {s, 0, 1.79};
Point(7) = {s, 0, s};                       // end of the inner arc
Point(8) = {s, 0, 1.39};
Point(9) = {0, 0, 0};
Point(10) = {Cos(Pi/8), 0, Sin(Pi/8)};      // on the inner arc, across from point 3
Line(1) = {1, 2};
Circle(2) = {2, 9, 3};
Line(3) = {3, 4};
Line(4) = {4, 5};
Line(5) = {5, 6};
Line(6) = {6, 8};
Line(7) = {8, 7};
Circle(8) = {7, 9, 10};
Circle(9) = {10, 9, 1};
Line(10) = {10, 3};
Line(11) = {8, 4};
Curve Loop(1) = {1, 2, -10, 9};  Plane Surface(1) = {1};
Curve Loop(2) = {10, 3, -11, 7, 8};  Plane Surface(2) = {2};
Curve Loop(3) = {11, 4, 5, 6};  Plane Surface(3) = {3};
Transfinite Curve{1, 10, 11} = 6 Using Progression 1.2; Transfinite Curve{5} = 6 Using Progression 1/1.2;
Transfinite Curve{2} = 8 Using Progression 1.3; Transfinite Curve{9} = 8 Using Progression 1/1.3;
Transfinite Curve{3} = 8;
Transfinite Curve{8} = 4; Transfinite Curve{7} = 5;
Transfinite Curve{4, 6} = 4;
Transfinite Surface{1} = {1, 2, 3, 10};
Transfinite Surface{2} = {10, 3, 4, 8};
Transfinite Surface{3} = {8, 4, 5, 6};
Recombine Surface{1, 2, 3};
a[] = Extrude { {0, 0, 1}, {0, 0, 0}, Pi/2 } { Surface{1}; Layers{8}; Recombine; };
b[] = Extrude { {0, 0, 1}, {0, 0, 0}, Pi/2 } { Surface{2}; Layers{8}; Recombine; };
c[] = Extrude { {0, 0, 1}, {0, 0, 0}, Pi/2 } { Surface{3}; Layers{8}; Recombine; };
Physical Volume("solid", 1) = {a[1], b[1], c[1]};
Physical Surface("symmetry-y", 2) = {1, 2, 3};
Physical Surface("symmetry-x", 3) = {a[0], b[0], c[0]};
Physical Surface("bottom", 4) = {a[2]};
Physical Surface("top", 5) = {c[4]};
