namespace EksTools.HelpCompiler.Tests;

public sealed class HelpDiagnosticsTests : IDisposable
{
    private readonly SampleHelp _help = new();

    public void Dispose() => _help.Dispose();

    [Fact]
    public void Complete_pages_compile_without_a_word_and_again_without_a_change()
    {
        Assert.Empty(_help.Compile());
        Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(_help.Output)!, "about_Sample.help.txt")));
        DateTime written = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(_help.Output, written);
        Assert.Empty(_help.Compile());
        Assert.Equal(written, File.GetLastWriteTimeUtc(_help.Output));
    }

    [Theory]
    [InlineData("### -Count", "### -Counts", "EKSHELP003", "-Count of Get-SampleThing has no prose", 1)]
    [InlineData("### -Count", "### -Counts", "EKSHELP004", "'### -Counts': Get-SampleThing has no such parameter", 66)]
    [InlineData("How many.\n", "", "EKSHELP003", "-Count of Get-SampleThing has no prose", 66)]
    [InlineData("Gets *sample* things with `care`.", "", "EKSHELP002", "'## SYNOPSIS' is missing or empty", 1)]
    [InlineData("## DESCRIPTION", "## DETAILS", "EKSHELP008", "'## DETAILS' is no help section", 20)]
    [InlineData("-Count 2 |\n", "-Count 2 | |\n", "EKSHELP005", "'### Example 1: Get two' does not parse", 33)]
    [InlineData("-gt 1\n", "-gt (1\n", "EKSHELP005", "'### Example 1: Get two' does not parse", 34)]
    [InlineData("-All -Region", "-Everything -Region", "EKSHELP006", "gives Get-SampleThing a parameter -Everything", 46)]
    [InlineData("Get-SampleThing -All", "PS C:\\> Get-SampleThing -All", "EKSHELP012", "shows a prompt", 46)]
    [InlineData("# Get-SampleThing\n\n## S", "# Get-Something\n\n## S", "EKSHELP010", "it must be '# Get-SampleThing'", 6)]
    [InlineData("### -All\n", "### All\n", "EKSHELP008", "'### All' does not belong here", 62)]
    [InlineData("### -Unit\n", "### -Count\n", "EKSHELP008", "'Count' is described twice", 70)]
    public void A_fault_is_reported_with_its_place(string old, string with, string code, string message, int line)
    {
        _help.Replace("Get-SampleThing.md", old.ReplaceLineEndings(), with.ReplaceLineEndings());
        HelpDiagnostic diagnostic = Assert.Single(_help.Compile(), diagnostic => diagnostic.Code == code && diagnostic.Message.Contains(message, StringComparison.Ordinal));
        Assert.Equal(line, diagnostic.Line);
        Assert.EndsWith("Get-SampleThing.md", diagnostic.File, StringComparison.Ordinal);
        Assert.Matches(@"Get-SampleThing\.md\(\d+\): error EKSHELP\d{3}: .+\.?$", diagnostic.ToString());
        Assert.False(File.Exists(_help.Output));
    }

    [Fact]
    public void A_cmdlet_without_a_page_and_a_page_without_a_cmdlet_are_errors()
    {
        _help.Remove("Clear-SampleThing.md");
        _help.Write("Set-SampleThing.md", SamplePages.Clear);
        Assert.Equal(["EKSHELP001", "EKSHELP007"], _help.Compile().Select(diagnostic => diagnostic.Code).Order());
    }

    [Fact]
    public void Without_the_shared_page_each_cmdlet_lacks_its_prose()
    {
        _help.Remove("CommonParameters.md");
        Assert.Equal(
            ["-Region of Clear-SampleThing has no prose; write it under '### -Region'.", "-Region of Get-SampleThing has no prose; write it under '### -Region'."],
            _help.Compile().Select(diagnostic => diagnostic.Message).Order());
    }

    [Fact]
    public void Shared_prose_that_nobody_uses_is_an_error()
    {
        _help.Write("CommonParameters.md", SamplePages.Shared + "\n\n### -Gone\n\nOld.\n");
        HelpDiagnostic diagnostic = Assert.Single(_help.Compile());
        Assert.Equal(("EKSHELP004", 7), (diagnostic.Code, diagnostic.Line));
    }

    [Fact]
    public void A_wide_line_of_an_about_topic_is_a_warning()
    {
        _help.Write("about_Sample.help.txt", "TOPIC\n" + new string('x', 81) + "\n");
        HelpDiagnostic diagnostic = Assert.Single(_help.Compile());
        Assert.True(diagnostic.IsWarning);
        Assert.Matches(@"about_Sample\.help\.txt\(2\): warning EKSHELP009: ", diagnostic.ToString());
        Assert.True(File.Exists(_help.Output));
    }
}
