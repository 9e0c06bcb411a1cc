namespace EksTools.HelpCompiler;

/// <summary>A source without which nothing can be compiled.</summary>
internal sealed class HelpSourceException(string file, string message, int line = 0) : Exception(message)
{
    /// <summary>The fault as a build message.</summary>
    public HelpDiagnostic Diagnostic => new(file, line, HelpCodes.ModuleUnreadable, Message);
}
