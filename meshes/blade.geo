// A cooled blade: an aerofoil section with three channels, twisted against the span. Millimetres.
// 15 000 unknowns with degree 1:
//   gmsh -3 -format msh41 -bin blade.geo
// 30 000, and 205 000:
//   gmsh -3 -format msh41 -bin -setnumber h 0.85 -setnumber layers 32 blade.geo -o blade-30k.msh
//   gmsh -3 -format msh41 -bin -setnumber h 0.4 -setnumber layers 72 blade.geo -o blade-205k.msh
If (!Exists(h))
  h = 1.15;
EndIf
If (!Exists(layers))
  layers = 24;
EndIf
chord = 30; span = 45; n = 12;
// Points of the suction side (0) and the pressure side (1), from nose to tail; the tail is blunt.
For side In {0:1}
  first~{side} = newp;
  For i In {side:n}
    s = (1 - Cos(Pi * i / n)) / 2;
    half = 7.5 * (0.7422 * Sqrt(s) - 0.315 * s - 0.879 * s^2 + 0.7107 * s^3 - 0.2537 * s^4) + 0.7 * s;
    Point(newp) = {chord * (s - 0.5), 14 * s * (1 - s) + (1 - 2 * side) * half - 2.3, 0};
  EndFor
EndFor
f = first~{0}; g = first~{1};
Spline(1) = {f : f + n};
Spline(2) = {f, g : g + n - 1};
Line(3) = {f + n, g + n - 1};
Curve Loop(1) = {1, 3, -2};
// Channels along the camber line.
For k In {0:2}
  x = -8.6 + 8.4 * k;
  s = x / chord + 0.5;
  y = 14 * s * (1 - s) - 2.3;
  r = 1.5 - 0.35 * k;
  c = newp;
  Point(c) = {x, y, 0};
  Point(c + 1) = {x + r, y, 0};
  Point(c + 2) = {x, y + r, 0};
  Point(c + 3) = {x - r, y, 0};
  Point(c + 4) = {x, y - r, 0};
  l = newl;
  Circle(l) = {c + 1, c, c + 2};
  Circle(l + 1) = {c + 2, c, c + 3};
  Circle(l + 2) = {c + 3, c, c + 4};
  Circle(l + 3) = {c + 4, c, c + 1};
  Curve Loop(10 + k) = {l, l + 1, l + 2, l + 3};
EndFor
Plane Surface(1) = {1, 10, 11, 12};
Mesh.MeshSizeMax = h;
Mesh.MeshSizeMin = 0.6 * h;
Mesh.Algorithm = 6;
Recombine Surface{1};
// The root, a tenth of the span, and the aerofoil above it, one twist.
root[] = Extrude { {0, 0, 0.1 * span}, {0, 0, 1}, {0, 0, 0}, -0.1 * Pi / 7 } {
  Surface{1}; Layers{layers / 8}; Recombine;
};
body[] = Extrude { {0, 0, 0.9 * span}, {0, 0, 1}, {0, 0, 0}, -0.9 * Pi / 7 } {
  Surface{root[0]}; Layers{layers}; Recombine;
};
Physical Volume("root") = {root[1]};
Physical Volume("aerofoil") = {body[1]};
Physical Surface("foot") = {1};
Physical Surface("tip") = {body[0]};
Physical Surface("suction side") = {body[2]};
Physical Surface("pressure side") = {body[4]};
Physical Surface("channels") = {body[5] : body[16]};
