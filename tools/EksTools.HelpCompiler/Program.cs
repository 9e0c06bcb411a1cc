using EksTools.HelpCompiler;

const string Usage = """
    usage: EksTools.HelpCompiler --module FOLDER|PSD1|DLL --help-source FOLDER --output FILE

      --module       the built module: its folder, its manifest, or a cmdlet DLL
      --help-source  the folder with Verb-Noun.md, CommonParameters.md and about_*.help.txt
      --output       the help file to write, NAME.dll-Help.xml; about topics go beside it

    Exit codes: 0 written, 1 errors in the help (one per line as MSBuild reads them), 2 wrong usage.
    """;

Dictionary<string, string> options = new(StringComparer.Ordinal);
string[] known = ["--module", "--help-source", "--output"];
for (int i = 0; i < args.Length; i += 2)
{
    if (!known.Contains(args[i]) || i + 1 == args.Length)
        return Refuse(args[i] is "--help" or "-h" ? null : $"'{args[i]}' is unknown or has no value.");
    options[args[i]] = args[i + 1];
}
if (known.FirstOrDefault(option => !options.ContainsKey(option)) is { } missing)
    return Refuse($"{missing} is missing.");
if (!Directory.Exists(options["--help-source"]))
    return Refuse($"there is no folder '{options["--help-source"]}'.");

IReadOnlyList<HelpDiagnostic> diagnostics;
try
{
    diagnostics = HelpCompilation.Run(ModuleReader.Read(options["--module"]), options["--help-source"], options["--output"]);
}
catch (HelpSourceException exception)
{
    diagnostics = [exception.Diagnostic];
}
foreach (HelpDiagnostic diagnostic in diagnostics)
    Console.WriteLine(diagnostic);
return diagnostics.All(diagnostic => diagnostic.IsWarning) ? 0 : 1;

static int Refuse(string? problem)
{
    if (problem is not null)
        Console.Error.WriteLine($"EksTools.HelpCompiler: error EKSHELP000: {problem}");
    Console.Error.WriteLine(Usage);
    return problem is null ? 0 : 2;
}
