using System.Globalization;
using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>A version of a launch template.</summary>
internal sealed record LaunchTemplateVersion(int Number, string? Description, QueryParameters Data, DateTimeOffset Created, string CreatedBy);

/// <summary>A launch template.</summary>
internal sealed class LaunchTemplate(string id, string name, string createdBy, DateTimeOffset created) : Ec2Resource(id, "launch-template", created)
{
    public string Name { get; } = name;
    public string CreatedBy { get; } = createdBy;
    public int Default { get; set; } = 1;
    public int Latest { get; set; }
    public SortedDictionary<int, LaunchTemplateVersion> Versions { get; } = [];

    /// <summary>A version by number, <c>$Default</c> or <c>$Latest</c>; null when there is none.</summary>
    public LaunchTemplateVersion? Version(string name) => Versions.GetValueOrDefault(name switch
    {
        "$Default" => Default,
        "$Latest" => Latest,
        _ => int.TryParse(name, CultureInfo.InvariantCulture, out var number) ? number : -1,
    });

    public override IEnumerable<string>? Values(string filter) => filter switch
    {
        "launch-template-id" => [Id],
        "launch-template-name" => [Name],
        _ => null,
    };
}

/// <summary>Launch templates and their versions.</summary>
internal static class LaunchTemplateOperations
{
    // EC2 spells these two without "ID" and its dot in other places than elsewhere.
    public static readonly Kind Kind = new("LaunchTemplateId", "launchTemplates", "InvalidLaunchTemplateId", "launch template, with template ID", "lt");

    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreateLaunchTemplate"] = call => [X("launchTemplate", Write(call.Ec2().Once(call, () => Create(call))))],
        ["DescribeLaunchTemplates"] = Describe,
        ["DeleteLaunchTemplate"] = Delete,
        ["ModifyLaunchTemplate"] = Modify,
        ["CreateLaunchTemplateVersion"] = CreateVersion,
        ["DescribeLaunchTemplateVersions"] = DescribeVersions,
        ["DeleteLaunchTemplateVersions"] = DeleteVersions,
    };

    /// <summary>A template by id or name, as requests name it.</summary>
    public static LaunchTemplate Named(Ec2Region ec2, string? id, string? name) => id is not null
        ? ec2.Find<LaunchTemplate>(id) ?? throw new AwsException("InvalidLaunchTemplateId.NotFound", $"The specified launch template, with template ID {id}, does not exist.")
        : name is not null ? ec2.All<LaunchTemplate>().FirstOrDefault(template => template.Name == name) ?? throw new AwsException("InvalidLaunchTemplateName.NotFoundException", "At least one of the launch templates specified in the request does not exist.")
        : throw new AwsException("MissingParameter", "Either a launch template ID or a launch template name must be specified in the request.");

    private static LaunchTemplate Named(AwsCall call) => Named(call.Ec2(), call.Parameters.Get("LaunchTemplateId"), call.Parameters.Get("LaunchTemplateName"));

    private static LaunchTemplate Create(AwsCall call)
    {
        var name = call.Parameters.Require("LaunchTemplateName");
        if (name.Length is < 3 or > 128 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || "().-/_".Contains(letter, StringComparison.Ordinal)))
        {
            throw new AwsException("InvalidLaunchTemplateName.MalformedException", "A launch template name must be between 3 and 128 characters, and may contain letters, numbers, and the following characters: ( ) . / _ -");
        }

        if (call.Ec2().All<LaunchTemplate>().Any(template => template.Name == name))
        {
            throw new AwsException("InvalidLaunchTemplateName.AlreadyExistsException", "Launch template name already in use.");
        }

        var data = ReadData(call);
        var template = call.Ec2().Add(new LaunchTemplate(AwsAccount.NewId("lt"), name, call.Caller.Arn, call.Now) { Tags = Ec2Region.ReadTags(call, "launch-template") });
        AddVersion(call, template, data);
        return template;
    }

    private static QueryParameters ReadData(AwsCall call) => call.Parameters.Has("LaunchTemplateData") ? call.Parameters.Structure("LaunchTemplateData")
        : throw new AwsException("MissingParameter", "The request must contain the parameter LaunchTemplateData");

    private static LaunchTemplateVersion AddVersion(AwsCall call, LaunchTemplate template, QueryParameters data) =>
        template.Versions[++template.Latest] = new LaunchTemplateVersion(template.Latest, call.Parameters.Get("VersionDescription"), data, call.Now, call.Caller.Arn);

    private static IEnumerable<XElement?> Describe(AwsCall call)
    {
        var names = call.Parameters.Strings("LaunchTemplateName");
        foreach (var name in names)
        {
            Named(call.Ec2(), null, name);
        }

        return Filters.Describe(call, Kind, call.Ec2().All<LaunchTemplate>().Where(template => names.Count == 0 || names.Contains(template.Name)), Write);
    }

    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        var template = Named(call);
        call.Ec2().Remove(template);
        return [X("launchTemplate", Write(template))];
    }

    private static IEnumerable<XElement?> Modify(AwsCall call)
    {
        var template = Named(call);
        template.Default = Version(template, call.Parameters.Get("SetDefaultVersion") ?? call.Parameters.Require("DefaultVersion")).Number;
        return [X("launchTemplate", Write(template))];
    }

    private static IEnumerable<XElement?> CreateVersion(AwsCall call)
    {
        var template = Named(call);
        return [X("launchTemplateVersion", WriteVersion(template, AddVersion(call, template, ReadData(call))))];
    }

    private static IEnumerable<XElement?> DescribeVersions(AwsCall call)
    {
        var template = Named(call);
        var versions = call.Parameters.Strings("LaunchTemplateVersion") is { Count: > 0 } wanted ? wanted.Select(name => Version(template, name)) : template.Versions.Values.Reverse();
        return Filters.Page(call, "launchTemplateVersionSet", versions, version => WriteVersion(template, version));
    }

    private static IEnumerable<XElement?> DeleteVersions(AwsCall call)
    {
        var template = Named(call);
        var versions = call.Parameters.Strings("LaunchTemplateVersion").Select(name => Version(template, name)).ToList();
        var (refused, deleted) = (versions.Where(version => version.Number == template.Default).ToList(), versions.Where(version => version.Number != template.Default).ToList());
        deleted.ForEach(version => template.Versions.Remove(version.Number));
        XElement?[] Name(LaunchTemplateVersion version) => [X("launchTemplateId", template.Id), X("launchTemplateName", template.Name), X("versionNumber", version.Number)];
        return
        [
            Items("successfullyDeletedLaunchTemplateVersionSet", deleted.Select(Name)),
            Items("unsuccessfullyDeletedLaunchTemplateVersionSet", refused.Select(version => Name(version).Append(X("responseError", X("code", "unexpectedError"), X("message", "The default version of a launch template cannot be deleted."))).ToArray())),
        ];
    }

    private static LaunchTemplateVersion Version(LaunchTemplate template, string name) => template.Version(name)
        ?? throw new AwsException("InvalidLaunchTemplateId.VersionNotFound", $"Could not find launch template version {name} for launch template {template.Id}.");

    private static XElement?[] Write(LaunchTemplate template) =>
    [
        X("launchTemplateId", template.Id), X("launchTemplateName", template.Name), X("createTime", template.Created), X("createdBy", template.CreatedBy),
        X("defaultVersionNumber", template.Default), X("latestVersionNumber", template.Latest), template.WriteTags(),
    ];

    private static XElement?[] WriteVersion(LaunchTemplate template, LaunchTemplateVersion version) =>
    [
        X("launchTemplateId", template.Id), X("launchTemplateName", template.Name), X("versionNumber", version.Number), X("versionDescription", version.Description), X("createTime", version.Created),
        X("createdBy", version.CreatedBy), X("defaultVersion", version.Number == template.Default), Echo("launchTemplateData", version.Data, inInterface: false),
    ];

    /// <summary>What the request said, by the names that answers use: lists are sets, and names begin small.</summary>
    private static XElement Echo(string name, QueryParameters data, bool inInterface)
    {
        var element = new XElement(name);
        foreach (var member in data.Names)
        {
            var (child, small) = (data.Structure(member), char.ToLowerInvariant(member[0]) + member[1..]);
            var list = data.List(member);
            var answered = (member, inInterface) switch
            {
                ("SecurityGroupId", true) => "groupSet",
                ("Tag", _) => "tagSet",
                ("NetworkInterface", _) => "networkInterfaceSet",
                _ when list.Count > 0 => small + "Set",
                _ => small,
            };
            element.Add(list.Count > 0 ? new XElement(answered, list.Select(item => item.Value is { } text ? new XElement(answered == "groupSet" ? "groupId" : "item", text) : Echo("item", item, member == "NetworkInterface")))
                : child.Value is { } value ? new XElement(answered, value)
                : Echo(answered, child, inInterface));
        }

        return element;
    }
}
