using System.Net;
using System.Net.Sockets;
using EksTools.Core.LoadBalancing.Annotations;
using EksTools.Core.LoadBalancing.Values;

namespace EksTools.Core.LoadBalancing.Review;

/// <summary>Addresses, subnets and source ranges.</summary>
internal static class AddressReview
{
    /// <summary>What both controllers of Network Load Balancers, and the cloud provider, want of ranges.</summary>
    public static void FindRanges(ReviewContext context)
    {
        const string key = AnnotationDefinition.ServicePrefix + "/load-balancer-source-ranges";
        IReadOnlyList<string> own = context.Subject.Service?.SourceRanges ?? [];
        bool annotated = context.Subject.Annotations.ContainsKey(key);
        if (annotated && own.Count > 0)
            context.Warn("SourceRangesOverridden", key, $"{key} does nothing: spec.loadBalancerSourceRanges is there and goes before it.", ReviewFix.ToRemove(key));
        if (own.FirstOrDefault(static range => !GoValues.IsCidr(range.Trim(), out _)) is { } wrong)
            context.Error("SourceRangeNotValid", null, $"spec.loadBalancerSourceRanges has '{wrong}', which is no CIDR.");
        if (context.Reader != AnnotationReader.Lbc || context.IsDualStack || context.Has("security-groups"))
            return;
        string? six = (own.Count > 0 ? own : GoValues.List(context.Subject.Value(key) ?? string.Empty)).FirstOrDefault(static range => GoValues.IsCidr(range.Trim(), out bool isIpv6) && isIpv6);
        if (six is not null)
            context.Error("RangeOfOtherFamily", annotated && own.Count == 0 ? key : null, $"The source range {six} is of IPv6, and the controller fails where the load balancer is not dualstack.", ReviewFix.ToSet(ReviewContext.Key("ip-address-type"), "dualstack"));
    }

    /// <summary>There is one address for each subnet.</summary>
    public static void FindCounts(ReviewContext context, params string[] suffixes)
    {
        int subnets = context.List("subnets").Count;
        foreach (string suffix in suffixes.Where(suffix => subnets > 0 && context.Has(suffix)))
        {
            int addresses = context.List(suffix).Count;
            if (addresses != subnets)
                context.Error("CountsDiffer", ReviewContext.Key(suffix), $"{ReviewContext.Key(suffix)} has {addresses} and {ReviewContext.Key("subnets")} has {subnets}: there must be one for each subnet.");
        }
        if (context.Has("eip-allocations") && context.Has("private-ipv4-addresses"))
            context.Error("AnnotationsConflict", ReviewContext.Key("eip-allocations"), $"{ReviewContext.Key("eip-allocations")} and {ReviewContext.Key("private-ipv4-addresses")} cannot both be: one is for load balancers that face the internet, the other for internal ones.");
    }

    /// <summary>A certificate of ACM is of one region.</summary>
    public static void FindCertificates(ReviewContext context, string key)
    {
        if (context.Facts.Region is not { } region || context.Subject.Value(key) is not { } value)
            return;
        foreach (string arn in GoValues.List(value))
        {
            if (CertificateArn.RegionOf(arn) is { } other && other != region)
                context.Error("CertificateOfOtherRegion", key, $"The certificate {arn} is of {other}, and the load balancer of {region}.");
        }
    }

    /// <summary>Whether an address is one that an internal load balancer can have: not a loopback, multicast or link-local one.</summary>
    public static bool IsUsable(string address) => GoValues.Address(address) is { AddressFamily: AddressFamily.InterNetwork } found && !IPAddress.IsLoopback(found) && found.GetAddressBytes() is [not 0 and < 224, ..] and not [169, 254, ..];
}
