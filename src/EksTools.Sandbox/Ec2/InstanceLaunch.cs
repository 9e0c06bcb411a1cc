using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>Instances that people launch and end themselves, in a subnet of their choice.</summary>
internal static class InstanceLaunch
{
    private static readonly string[] Taggable = ["instance", "network-interface", "volume"];

    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["RunInstances"] = call => InstanceOperations.Write(call, call.Ec2().Once(call, () => Run(call))),
        ["TerminateInstances"] = Terminate,
    };

    private static Instance Run(AwsCall call)
    {
        var (ec2, parameters) = (call.Ec2(), call.Parameters);
        if ((parameters.Number("MinCount"), parameters.Number("MaxCount")) != (1, 1))
        {
            throw new AwsException("InvalidParameterValue", "The sandbox launches one instance with each call.");
        }

        var subnet = ec2.Get<Subnet>(parameters.Get("SubnetId") ?? throw new AwsException("MissingInput", "No subnets found for the default VPC. Please specify a subnet."), SubnetOperations.Kind);
        var name = parameters.Get("InstanceType") ?? "m1.small";
        var type = InstanceType.Find(name) ?? throw new AwsException("InvalidParameterValue", $"Invalid value '{name}' for InstanceType.");
        var image = parameters.Get("ImageId") ?? throw new AwsException("MissingParameter", "The request must contain the parameter ImageId");
        var groups = parameters.Strings("SecurityGroupId").Select(id => ec2.Get<SecurityGroup>(id, SecurityGroupOperations.Kind).Id).ToList();
        var specifications = parameters.List("TagSpecification");
        if (specifications.Select(one => one.Get("ResourceType")).FirstOrDefault(one => !Taggable.Contains(one)) is { } other)
        {
            throw new AwsException("InvalidParameterValue", $"'{other}' is not a valid taggable resource type for this operation.");
        }

        Dictionary<string, string> Tags(string kind) => Ec2Region.CheckTags(specifications.Where(one => one.Get("ResourceType") == kind).SelectMany(one => one.Tags("Tag")).ToDictionary());
        var id = AwsAccount.NewId("i");
        var primary = ec2.Add(new NetworkInterface(AwsAccount.NewId("eni"), subnet, ec2.NextPrivateAddress(subnet), call.Now)
        {
            InstanceId = id, Attached = call.Now, Tags = Tags("network-interface"), PublicIp = subnet.MapPublicIp ? ec2.NextPublicAddress() : null,
            GroupIds = groups.Count > 0 ? groups : [ec2.All<SecurityGroup>().First(group => group.VpcId == subnet.VpcId && group.Name == "default").Id],
        });
        var instance = ec2.Add(new Instance(id, type, primary, ec2.Region, call.Now) { ImageId = image, Tags = Tags("instance") });
        call.Account.After(call.Account.Options.Durations.Step, () => instance.State = instance.State == "pending" ? "running" : instance.State);
        return instance;
    }

    private static IEnumerable<XElement?> Terminate(AwsCall call)
    {
        var ec2 = call.Ec2();
        var instances = call.Parameters.Strings("InstanceId").Select(id => ec2.Get<Instance>(id, InstanceOperations.Kind)).ToList();
        XElement?[] End(Instance instance)
        {
            var (before, code) = (instance.State, instance.StateCode);
            if (before is not ("shutting-down" or "terminated"))
            {
                instance.State = "shutting-down";
                call.Account.After(call.Account.Options.Durations.Step, () =>
                {
                    instance.State = "terminated";
                    ec2.Remove(instance.Interface);
                });
            }

            return [X("instanceId", instance.Id), X("currentState", X("code", instance.StateCode), X("name", instance.State)), X("previousState", X("code", code), X("name", before))];
        }

        return [Items("instancesSet", instances.Select(End))];
    }
}
