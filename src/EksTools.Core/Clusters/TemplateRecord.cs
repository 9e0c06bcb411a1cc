using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EksTools.Core.Accounts;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Clusters;

/// <summary>
/// The record as tags of an EC2 launch template that no instance is launched from, for a cluster whose role is the caller's: that one is never changed.
/// Of what costs nothing it alone has a name that EC2 gives once, and fifty tags.
/// </summary>
internal sealed class TemplateRecord(AwsAccount account, ClusterIdentity identity) : ClusterRecord
{
    /// <summary>The template's component, by which removal tells it from those of node groups.</summary>
    public const string Component = "record";
    private readonly string name = identity.RecordTemplateName;
    private string? id;

    /// <inheritdoc/>
    public override string Carrier => $"EC2 launch template {name}";

    /// <summary>Makes the record.</summary>
    /// <param name="tags">Its tags.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>False when there is one already.</returns>
    public async Task<bool> CreateAsync(IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        CreateLaunchTemplateRequest request = new()
        {
            LaunchTemplateName = name,
            VersionDescription = $"Carries the tags of EKS cluster {identity.Name} alone, made by EksTools",
            LaunchTemplateData = new RequestLaunchTemplateData { MetadataOptions = new LaunchTemplateInstanceMetadataOptionsRequest { HttpTokens = LaunchTemplateHttpTokensState.Required } },
            TagSpecifications = [new TagSpecification { ResourceType = ResourceType.LaunchTemplate, Tags = [.. tags.Select(static pair => new Tag(pair.Key, pair.Value))] }],
        };
        try
        {
            id = (await account.Ec2.CreateLaunchTemplateAsync(request, cancellationToken)).LaunchTemplate.LaunchTemplateId;
            return true;
        }
        catch (AmazonServiceException exception) when (exception.ErrorCode == "InvalidLaunchTemplateName.AlreadyExistsException")
        {
            return false;
        }
    }

    /// <summary>Takes the record away; Skipped when it is not there.</summary>
    public async Task<StepOutcome> DeleteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await account.Ec2.DeleteLaunchTemplateAsync(new DeleteLaunchTemplateRequest { LaunchTemplateName = name }, cancellationToken);
            return StepOutcome.Deleted;
        }
        catch (AmazonServiceException exception) when (IsMissing(exception))
        {
            return StepOutcome.Skipped;
        }
    }

    /// <inheritdoc/>
    public override async Task<Dictionary<string, string>?> ReadAsync(CancellationToken cancellationToken)
    {
        LaunchTemplate? there = await FindAsync(cancellationToken);
        id = there?.LaunchTemplateId ?? id;
        return there is null ? null : (there.Tags ?? []).ToDictionary(static tag => tag.Key, static tag => tag.Value, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public override async Task<DateTimeOffset?> ReadBegunAsync(CancellationToken cancellationToken) =>
        (await FindAsync(cancellationToken))?.CreateTime is { } made ? new DateTimeOffset(made.ToUniversalTime()) : null;

    /// <inheritdoc/>
    public override async Task WriteAsync(IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken) =>
        await account.Ec2.CreateTagsAsync(new CreateTagsRequest { Resources = [await IdAsync(cancellationToken)], Tags = [.. tags.Select(static pair => new Tag(pair.Key, pair.Value))] }, cancellationToken);

    /// <inheritdoc/>
    public override async Task EraseAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
        await account.Ec2.DeleteTagsAsync(new DeleteTagsRequest { Resources = [await IdAsync(cancellationToken)], Tags = [.. keys.Select(static key => new Tag { Key = key })] }, cancellationToken);

    /// <inheritdoc/>
    public override void RequireOurs(IReadOnlyDictionary<string, string>? tags)
    {
        if (tags is not null && !identity.Owns(tags))
        {
            throw new EksToolsException(EksErrorKind.Conflict, "RecordNotManaged", $"The launch template {name} exists and is not that of cluster {identity.Name} in {identity.Region}, whose lease and parameters it would carry.", name, "Choose another cluster name, or remove the launch template.");
        }
    }

    private async Task<string> IdAsync(CancellationToken cancellationToken)
    {
        if (id is null)
        {
            await ReadAsync(cancellationToken);
        }

        return id ?? throw new EksToolsException(EksErrorKind.NotFound, "ClusterUnfinished", $"The launch template {name}, which carried the lease on cluster {identity.Name}, is gone.", name);
    }

    private async Task<LaunchTemplate?> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await account.Ec2.DescribeLaunchTemplatesAsync(new DescribeLaunchTemplatesRequest { LaunchTemplateNames = [name] }, cancellationToken)).LaunchTemplates?.FirstOrDefault();
        }
        catch (AmazonServiceException exception) when (IsMissing(exception))
        {
            return null;
        }
    }

    private static bool IsMissing(AmazonServiceException exception) => exception.ErrorCode is "InvalidLaunchTemplateName.NotFoundException" or "InvalidLaunchTemplateId.NotFound";
}
