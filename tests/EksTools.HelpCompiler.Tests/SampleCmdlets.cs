using System.Management.Automation;

namespace EksTools.HelpCompiler.Tests;

/// <summary>What a sample cmdlet counts in.</summary>
public enum SampleUnit
{
    /// <summary>Pieces.</summary>
    Piece,

    /// <summary>Boxes.</summary>
    Box,
}

/// <summary>A base with parameters that cmdlets share.</summary>
public abstract class SampleCmdlet : PSCmdlet
{
    /// <summary>Where.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("RegionToCall")]
    public string? Region { get; set; }
}

/// <summary>A cmdlet with every kind of parameter.</summary>
[Cmdlet(VerbsCommon.Get, "SampleThing", DefaultParameterSetName = "ByName", SupportsShouldProcess = true, HelpUri = "https://example.org/thing")]
[OutputType(typeof(Version), typeof(string[]))]
public sealed class GetSampleThingCommand : SampleCmdlet
{
    private string? _computed;

    /// <summary>Names.</summary>
    [Parameter(ParameterSetName = "ByName", Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ThingName", "TN")]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    /// <summary>All.</summary>
    [Parameter(ParameterSetName = "All", Mandatory = true)]
    public SwitchParameter All { get; set; }

    /// <summary>How many.</summary>
    [Parameter(Position = 1)]
    [ValidateRange(1, 100)]
    public int Count { get; set; } = 2;

    /// <summary>In what.</summary>
    [Parameter]
    public SampleUnit? Unit { get; set; }

    /// <summary>Which way.</summary>
    [Parameter]
    [ValidateSet("Up", "Down")]
    [PSDefaultValue(Help = "Up on weekdays")]
    public string? Direction { get; set; }

    /// <summary>Computed: its code must not run.</summary>
    [Parameter]
    public string Computed
    {
        get => _computed ?? throw new InvalidOperationException("A help compiler must not run a cmdlet's code.");
        set => _computed = value;
    }

    /// <summary>Not for people.</summary>
    [Parameter(DontShow = true)]
    public string? Hidden { get; set; }
}

/// <summary>A cmdlet with nothing but what its base has.</summary>
[Cmdlet(VerbsCommon.Clear, "SampleThing")]
public sealed class ClearSampleThingCommand : SampleCmdlet;
