public import Physics

extension CaseFile {
  /// A quantity of interest.
  public struct Output: Sendable, Hashable {
    /// What is computed.
    public enum Quantity: Sendable, Hashable {
      /// ∫ expression.
      case integral(SourceText)
      /// ∫ expression / measure.
      case mean(SourceText)
      /// The expression at a point.
      case at([Double], value: SourceText)
      /// The largest value.
      case maximum(SourceText)
      /// The smallest value.
      case minimum(SourceText)
      /// A norm of the field.
      case norm(Norm)
      /// The force of supports along an axis: 0, 1 or 2.
      case reaction(axis: Int)
      /// What the values held let in.
      case inflow
      /// The strain energy.
      case strainEnergy
      /// A natural frequency, from 1.
      case frequency(Int)
      /// The product with a vector in a file.
      case vector(SourceText)
      /// The product with a vector of which there are samples.
      case sampledVector(Entry)
    }
    /// A norm.
    public enum Norm: String, Sendable, CaseIterable {
      /// √∫ u².
      case l2 = "L2"
      /// √∫ u² + |∇u|².
      case h1 = "H1"
    }
    /// The name, unique in the case.
    public let name: String
    /// What is computed.
    public let quantity: Quantity
    /// Where; nil for a point.
    public let on: Regions?
    /// Where its name stands.
    public let location: SourceLocation
    /// The expression, where there is one.
    public var expression: SourceText? {
      switch quantity {
      case .integral(let e), .mean(let e), .at(_, let e), .maximum(let e), .minimum(let e): e
      case .norm, .reaction, .inflow, .strainEnergy, .frequency, .vector, .sampledVector: nil
      }
    }
  }

  /// How points of the parameter domain are chosen.
  public enum Sampling: String, Sendable, CaseIterable {
    /// Independently and evenly in the number.
    case random
    /// Independently and evenly in the logarithm.
    case logRandom = "log-random"
    /// On a grid of at most `count` points.
    case grid
    /// Along Halton's sequence, spread by each parameter's scale.
    case halton
    /// One point in each of `count` slices of every axis, spread by each parameter's scale.
    case latinHypercube = "latin-hypercube"
    /// As listed in a file.
    case file
  }

  /// Points of the parameter domain: to be sampled, or given.
  public enum Points: Sendable, Hashable {
    /// To be sampled.
    case sampled(Sampling, count: Int, seed: UInt64)
    /// Given, each a flat vector in the order of the layout.
    case given([[Double]])
  }

  /// The points the reduced model learns from.
  public struct Training: Sendable, Hashable {
    /// The points.
    public let points: Points
    /// How many fresh points are looked at once the tolerance is met, 0 for none.
    public var adaptive = 0
    /// The runs at these points where they are not to be computed; nil where they are.
    public var store: Store?
    /// Where the table stands.
    public let location: SourceLocation

    /// Runs in a store.
    public struct Store: Sendable, Hashable {
      /// The folder.
      public let path: String
      /// The displacement; nil for the only field.
      public let field: String?
    }
  }

  /// How to reduce.
  public struct Reduction: Sendable, Hashable {
    /// The way to a basis.
    public enum Method: String, Sendable, CaseIterable {
      /// The weak greedy algorithm.
      case greedy
      /// Proper orthogonal decomposition.
      case pod
    }
    /// The inner product of basis and errors.
    public enum Product: String, Sendable, CaseIterable {
      /// The symmetric part of the operator at the reference parameters.
      case energy
      /// ∫ u v + ∇u·∇v.
      case h1 = "H1"
      /// ∫ u v.
      case l2 = "L2"
      /// Σ uᵢ vᵢ.
      case euclidean
    }
    /// What the greedy algorithm selects by and stops on.
    public enum ErrorMeasure: String, Sendable, CaseIterable {
      /// The bound over the norm of the reduced solution.
      case relative
      /// The bound itself.
      case absolute
    }
    /// Where the stability constant of bounds comes from.
    public enum Stability: String, Sendable, CaseIterable {
      /// The coefficients, where they prove one.
      case coefficients
      /// Eigenproblems at some parameters.
      case successiveConstraints = "successive-constraints"
      /// The coefficients, from several parameters.
      case multiParameterMinTheta = "multi-parameter-min-theta"
    }
    /// How whole dual fields come from the selected points.
    public enum Reconstruction: String, Sendable, CaseIterable {
      /// The fit of gappy POD.
      case gappy
      /// A regression that has learnt what the fit misses.
      case regression
      /// The laws at every integration point, driven through the reduced displacements.
      case laws
    }
    /// The way to a basis.
    public let method: Method
    /// The inner product.
    public let product: Product
    /// Where to stop.
    public let tolerance: Double
    /// The most boxes of the domain with a basis of their own; nil for one basis.
    public let parts: Int?
    /// The output whose error counts; nil for that of the field.
    public let goal: SourceText?
    /// What to select by.
    public let error: ErrorMeasure
    /// Where stability constants come from.
    public let stability: Stability
    /// The most vectors.
    public let size: Int
    /// The first training row of the greedy algorithm; nil: the row nearest the reference.
    public let start: Int?
    /// What material with a history asks for beside; nil for other kinds of physics.
    public let hyper: Hyper?
    /// Where the table stands.
    public let location: SourceLocation

    /// A cubature of few points and what is done where it errs.
    public struct Hyper: Sendable, Hashable {
      /// The relative residual of the cubature.
      public let cubature: Double
      /// Singular values of stresses and histories below this part of the first are left out.
      public let dual: Double
      /// The indicator above which a step is computed by the full model; nil: none is.
      public let enrich: Double?
      /// Full steps at most in one run.
      public let fullSteps: Int
      /// What the cubature selects.
      public let unit: CubatureUnit
      /// Parts of the mesh that get a cubature each.
      public let subdomains: Int
      /// How whole dual fields come from the selected points.
      public let reconstruction: Reconstruction
      /// By how many sweeps the laws bring each increment nearer to equilibrium.
      public let sweeps: Int
      /// When the training runs end; nil: at the end of [time].
      public let until: Double?
    }
  }

  /// How to judge the reduced model.
  public struct Validation: Sendable, Hashable {
    /// A way to estimate the error that is drawn beside the one of the reduced model.
    public enum Estimator: String, Sendable, CaseIterable {
      /// The residual norm by its expanded square.
      case classical
      /// The residual norm by empirical interpolation.
      case eim
      /// The distance to a larger reduced model.
      case hierarchical
    }
    /// What a reduced model of sums of samples is compared with.
    public enum Truth: String, Sendable, CaseIterable {
      /// The matrices that commands make at the points; sums, where there is no command.
      case commands
      /// The sums of samples: no command is asked again.
      case sums
    }
    /// Unseen points.
    public let points: Points
    /// What is true there.
    public let against: Truth
    /// The basis sizes to judge; empty: the final one.
    public let sizes: [Int]
    /// What to draw beside.
    public let estimators: [Estimator]
    /// Where the table stands.
    public let location: SourceLocation
  }

  /// A pinned number.
  public struct Expectation: Sendable, Hashable {
    /// What a quantity may be.
    public enum Value: Sendable, Hashable {
      /// A whole number.
      case integer(Int)
      /// A number.
      case number(Double)
      /// A text.
      case string(String)
      /// A truth value.
      case boolean(Bool)
    }
    /// The path into results.json.
    public let quantity: SourceText
    /// What it should be.
    public let value: Value?
    /// The allowed distance over |value|.
    public let relative: Double?
    /// The allowed distance.
    public let absolute: Double?
    /// The smallest allowed.
    public let atLeast: Double?
    /// The largest allowed.
    public let atMost: Double?
    /// Where the value comes from.
    public let source: String?
  }
}
