using System.Management.Automation;
using EksTools.Completion;

namespace EksTools.Connections;

/// <summary>A command about one region.</summary>
public abstract class RegionCmdlet : AwsCmdlet
{
    /// <summary>The AWS region, such as us-west-2.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(RegionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Region { get; set; }

    internal override string? RegionName => Region;
}
