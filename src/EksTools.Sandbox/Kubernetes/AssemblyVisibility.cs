using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("EksTools.Sandbox.Tests")]
