using System.Management.Automation;
using EksTools.ClusterAddons;
using EksTools.Nodes;

namespace EksTools.Pipeline;

/// <summary>Takes node groups as hashtables too.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NodeGroupArgumentAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => OptionsArgument<NodeGroupOptions>.Of(inputData, "node group");
}

/// <summary>Takes Fargate profiles as hashtables too.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FargateProfileArgumentAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => OptionsArgument<FargateProfileOptions>.Of(inputData, "Fargate profile");
}

/// <summary>Takes add-ons by name, or as hashtables.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AddonArgumentAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? inner = inputData is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : inputData;
        return inner switch
        {
            string name => new[] { new AddonOptions { Name = name } },
            object[] items => items.SelectMany(item => (AddonOptions[])Transform(engineIntrinsics, item)).ToArray(),
            _ => OptionsArgument<AddonOptions>.Of(inputData, "add-on"),
        };
    }
}
