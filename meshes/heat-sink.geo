// A finned heat sink, in metres: a base plate of 40 x 40 x 4 mm, seven fins of 1.6 x 40 x 16 mm
// on it, and a pad of thermal interface material of 16 x 16 x 1 mm under the middle of the base.
// Heat flows in through the underside of the pad ("chip"), leaves by convection through fins and
// base ("air"); the underside of the base and the rim of the pad are insulated ("underside").
// gmsh -3 -nt 1 -format msh41 -bin heat-sink.geo
SetFactory("OpenCASCADE");
w = 0.040; t = 0.004; pad = 0.016; p = 0.001; fins = 7; f = 0.0016; h = 0.016;
pitch = (w - f)/(fins - 1);
Box(1) = {-w/2, -w/2, 0, w, w, t};
Box(2) = {-pad/2, -pad/2, -p, pad, pad, p};
For i In {0:fins-1}
  Box(3 + i) = {-w/2 + i*pitch, -w/2, t, f, w, h};
EndFor
BooleanFragments{ Volume{1}; Delete; }{ Volume{2:2+fins}; Delete; }
Physical Volume("base", 1) = {1};
Physical Volume("interface", 2) = {2};
Physical Volume("fins", 3) = {3:2+fins};
e = 1e-6;
chip() = Surface In BoundingBox {-pad/2-e, -pad/2-e, -p-e, pad/2+e, pad/2+e, -p+e};
low() = Surface In BoundingBox {-w/2-e, -w/2-e, -p-e, w/2+e, w/2+e, e};
low() -= chip();
contact() = Surface In BoundingBox {-pad/2-e, -pad/2-e, -e, pad/2+e, pad/2+e, e};
low() -= contact();
outside() = CombinedBoundary{ Volume{:}; };
air() = {};
For i In {0:#outside()-1}
  air() += Abs(outside(i));
EndFor
air() -= chip();
air() -= low();
Physical Surface("chip", 11) = chip();
Physical Surface("underside", 12) = low();
Physical Surface("air", 13) = air();
Mesh.MeshSizeMin = 0.00112;
Mesh.MeshSizeMax = 0.00112;
Mesh.Algorithm3D = 10; // fewer slivers than the default
Mesh.MeshSizeExtendFromBoundary = 1;
Mesh.Optimize = 1;
Mesh.OptimizeThreshold = 0.4;
