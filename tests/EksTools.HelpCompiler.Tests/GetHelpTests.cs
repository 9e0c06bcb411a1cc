using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace EksTools.HelpCompiler.Tests;

/// <summary>The real Get-Help shows what was compiled.</summary>
public sealed class GetHelpTests : IDisposable
{
    private readonly SampleHelp _help = new();
    private readonly PowerShell _shell;

    public GetHelpTests()
    {
        string module = typeof(GetSampleThingCommand).Assembly.Location;
        IReadOnlyList<HelpDiagnostic> diagnostics = HelpCompilation.Run(
            ModuleReader.Read(module), _help.Source, Path.Combine(Path.GetDirectoryName(module)!, "en-US", Path.GetFileName(module) + "-Help.xml"));
        Assert.Empty(diagnostics);
        _shell = PowerShell.Create(InitialSessionState.CreateDefault2());
        _shell.AddCommand("Import-Module").AddArgument(module).Invoke();
        Assert.Empty(_shell.Streams.Error);
    }

    public void Dispose()
    {
        _shell.Dispose();
        _help.Dispose();
    }

    // Get-Help ends every paragraph but the last with a line break.
    [Fact]
    public void Get_Help_shows_synopsis_description_notes_and_links()
    {
        PSObject help = GetHelp("Get-SampleThing", "-Full");
        Assert.Equal("Gets sample things with care.", Run("$args[0].Synopsis", help));
        Assert.Equal("The first paragraph, which goes over two lines and links to the site (https://example.org/).\n|- one\n- two", Run("$args[0].description.Text -join '|'", help));
        Assert.Equal("Needs things:Get.", Run("$args[0].alertSet.alert.Text", help));
        Assert.Equal("https://example.org/thing", Run("@($args[0].relatedLinks.navigationLink)[0].uri", help));
        Assert.Equal("Clear-SampleThing", Run("@($args[0].relatedLinks.navigationLink)[1].linkText", help));
    }

    [Fact]
    public void Get_Help_shows_examples()
    {
        PSObject help = GetHelp("Get-SampleThing", "-Examples");
        Assert.Equal("---- Example 1: Get two ----|---- Example 2: Get all ----", Run("$args[0].examples.example.title -join '|'", help));
        Assert.Equal("Get-SampleThing demo -Count 2 |\n    Where-Object Major -gt 1", Run("@($args[0].examples.example)[0].code", help));
        Assert.Equal("Gets two of them.\n|1.0", Run("@($args[0].examples.example)[0].remarks.Text -join '|'", help));
    }

    [Theory]
    [InlineData("Name", "The names of the things.\n|Wildcards work.", "String[]", "true", "0", "True (ByPropertyName, ByValue)", "ThingName, TN", "None", "true")]
    [InlineData("Count", "How many.\n|Accepted range: 1 to 100.", "Int32", "false", "1", "False", "none", "2", "false")]
    [InlineData("Unit", "In what they count.\n|Accepted values: Piece, Box.", "SampleUnit", "false", "named", "False", "none", "None", "false")]
    [InlineData("Direction", "Which way.\n|Accepted values: Up, Down.", "String", "false", "named", "False", "none", "Up on weekdays", "false")]
    [InlineData("Region", "The region of the things.", "String", "false", "named", "True (ByPropertyName)", "RegionToCall", "None", "false")]
    [InlineData("All", "Gets all.", "SwitchParameter", "true", "named", "False", "none", "False", "false")]
    [InlineData("WhatIf", "Shows what the command would do, and does nothing.", "SwitchParameter", "false", "named", "False", "wi", "False", "false")]
    public void Get_Help_shows_a_parameter(string name, string prose, string type, string required, string position, string pipeline, string aliases, string value, string globbing)
    {
        PSObject parameter = Assert.Single(Fresh().AddCommand("Get-Help").AddArgument("Get-SampleThing").AddParameter("Parameter", name).Invoke());
        Assert.Equal(
            $"{prose} / {type} / {required} / {position} / {pipeline} / {aliases} / {value} / {globbing}",
            Run("$p = $args[0]; ($p.description.Text -join '|'), $p.type.name, $p.required, $p.position, $p.pipelineInput, $p.aliases, $p.defaultValue, $p.globbing -join ' / '", parameter));
    }

    [Fact]
    public void Each_parameter_set_has_its_syntax_with_the_default_first()
    {
        PSObject help = GetHelp("Get-SampleThing", "-Full");
        Assert.Equal(
            "Name,Count,Computed,Direction,Region,Unit,Confirm,WhatIf|Count,All,Computed,Direction,Region,Unit,Confirm,WhatIf",
            Run("($args[0].syntax.syntaxItem | ForEach-Object { $_.parameter.name -join ',' }) -join '|'", help));
        Assert.Equal("Piece Box", Run("@(@($args[0].syntax.syntaxItem)[0].parameter | Where-Object name -eq Unit)[0].parameterValueGroup.parameterValue -join ' '", help));
        Assert.DoesNotContain("Hidden", Run("$args[0].parameters.parameter.name -join ','", help), StringComparison.Ordinal);
    }

    [Fact]
    public void Inputs_and_outputs_come_from_the_class_with_the_pages_prose()
    {
        PSObject help = GetHelp("Get-SampleThing", "-Full");
        Assert.Equal("System.String[]", Run("@($args[0].inputTypes.inputType).type.name -join ','", help));
        Assert.Equal("System.Version,System.String[]", Run("@($args[0].returnValues.returnValue).type.name -join ','", help));
        Assert.Equal("One version for each thing.", Run("@($args[0].returnValues.returnValue)[0].description.Text", help));
    }

    private PowerShell Fresh()
    {
        _shell.Commands.Clear();
        return _shell;
    }

    private PSObject GetHelp(string name, string view) =>
        Assert.Single(Fresh().AddCommand("Get-Help").AddArgument(name).AddParameter(view[1..]).Invoke());

    private string Run(string script, PSObject argument)
    {
        PSObject result = Assert.Single(Fresh().AddScript(script).AddArgument(argument).Invoke());
        Assert.Empty(_shell.Streams.Error);
        return result.ToString().ReplaceLineEndings("\n").TrimEnd('\n');
    }
}
