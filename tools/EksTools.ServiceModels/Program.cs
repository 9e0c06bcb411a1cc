using EksTools.ServiceModels;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: EksTools.ServiceModels <botocore data directory> <src/EksTools.Aws directory>");
    return 2;
}

foreach (var (path, text) in Generator.Generate(args[0]))
{
    var file = Path.Combine(args[1], path);
    Directory.CreateDirectory(Path.GetDirectoryName(file)!);
    File.WriteAllText(file, text);
    Console.WriteLine(path);
}

return 0;
