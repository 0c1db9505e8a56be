@_exported public import Cases
@_exported public import Expressions
@_exported public import FiniteElements
@_exported public import LinearAlgebra
@_exported public import Meshes
@_exported public import ModelReduction
@_exported public import Physics
@_exported public import Plots
