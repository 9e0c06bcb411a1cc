using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("EksTools.Sandbox.Tests")]

// Holds what the module says of trust policies without asking anybody against what STS says here.
[assembly: InternalsVisibleTo("EksTools.Core.Tests")]
