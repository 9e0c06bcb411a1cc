using EksTools.Benchmarks;

Dictionary<string, Func<Task>> figures = new(StringComparer.OrdinalIgnoreCase)
{
    ["import"] = SessionFigures.ImportAsync,
    ["token"] = SessionFigures.FirstTokenAsync,
    ["tokens"] = ManyTokensFigure.RunAsync,
    ["helper"] = HelperFigure.RunAsync,
    ["create"] = CreateFigure.RunAsync,
    ["roles"] = RolesFigure.RunAsync,
    ["lint"] = LintFigure.RunAsync,
    ["fleet"] = FleetFigure.RunAsync,
    ["endurance"] = EnduranceFigure.RunAsync,
};
string[] wanted = args.Length == 0 ? [.. figures.Keys] : args;
if (wanted.FirstOrDefault(name => !figures.ContainsKey(name)) is { } unknown)
{
    await Console.Error.WriteLineAsync($"There is no figure '{unknown}': {string.Join(", ", figures.Keys)}.");
    return 2;
}

foreach (string name in wanted)
{
    await figures[name]();
}

return 0;
