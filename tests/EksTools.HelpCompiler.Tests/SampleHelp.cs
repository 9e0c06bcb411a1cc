namespace EksTools.HelpCompiler.Tests;

/// <summary>A help source folder with the sample pages, to be spoilt by tests.</summary>
internal sealed class SampleHelp : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ekstools-help-").FullName;

    public SampleHelp()
    {
        Write("Get-SampleThing.md", SamplePages.Get);
        Write("Clear-SampleThing.md", SamplePages.Clear);
        Write("CommonParameters.md", SamplePages.Shared);
        Write("about_Sample.help.txt", "TOPIC\n    about_Sample\n\nSHORT DESCRIPTION\n    A sample.\n");
    }

    public string Source => _folder;

    public string Output => Path.Combine(_folder, "out", "en-US", "Sample.dll-Help.xml");

    public void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    public void Replace(string name, string old, string with)
    {
        string path = Path.Combine(_folder, name), text = File.ReadAllText(path);
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(old, with, StringComparison.Ordinal));
    }

    public void Remove(string name) => File.Delete(Path.Combine(_folder, name));

    public IReadOnlyList<HelpDiagnostic> Compile() => HelpCompilation.Run(CmdletReader.Read(typeof(GetSampleThingCommand).Assembly), _folder, Output);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
