namespace EksTools.Core.Plans;

/// <summary>
/// The clock of every pause, patience and deadline of the engine: the system's. A host that rehearses, as the tests do, may put one that runs faster
/// into AppContext's data before the engine starts; it never decides what time it is for a signature or a token.
/// </summary>
internal static class EngineClock
{
    /// <summary>The name of the clock in <see cref="AppContext"/>'s data.</summary>
    public const string Setting = "EksTools.TimeProvider";

    public static TimeProvider Current { get; } = AppContext.GetData(Setting) as TimeProvider ?? TimeProvider.System;
}
