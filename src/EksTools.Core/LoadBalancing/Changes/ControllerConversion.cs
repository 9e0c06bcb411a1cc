using EksTools.Core.LoadBalancing.Annotations;
using EksTools.Core.LoadBalancing.Controllers;
using EksTools.Core.Yaml;
using EksTools.Errors;
using EksTools.LoadBalancing;
using static EksTools.Core.LoadBalancing.Changes.ObjectDraft;

namespace EksTools.Core.LoadBalancing.Changes;

/// <summary>Translates an object's annotations for another controller, and those that are deprecated for their own.</summary>
internal static class ControllerConversion
{
    /// <summary>Puts the translation into the draft. What has no counterpart is told among its warnings.</summary>
    /// <exception cref="EksToolsException">The object cannot be translated.</exception>
    public static void Apply(ObjectDraft draft, EksLoadBalancerControllerKind target, ControllerDecision now)
    {
        if (draft.Former.IsService)
            ApplyToService(draft, target, now);
        else
            ApplyToIngress(draft, target, now);
    }

    private static void ApplyToService(ObjectDraft draft, EksLoadBalancerControllerKind target, ControllerDecision now)
    {
        LoadBalancedObject service = draft.Former;
        AnnotationReader source = now.Reader ?? throw Undecided(service, now);
        AnnotationReader reader = target switch
        {
            EksLoadBalancerControllerKind.Lbc => AnnotationReader.Lbc,
            EksLoadBalancerControllerKind.AutoMode => AnnotationReader.AutoMode,
            _ => AnnotationReader.Network,
        };
        bool moves = ControllerChoice.KindOf(source) != target;
        if (moves && service.IsLive)
        {
            throw new EksToolsException(
                EksErrorKind.Conflict, "ControllerCannotChange", $"{service} is taken by {ControllerChoice.NameOf(source)}, and a Service keeps its controller for life: another one would leave the load balancer behind in AWS.", service.ToString(), "Convert its manifest (-Path), delete the Service, and create it anew; or create it under another name first and move clients over.");
        }
        SettingsReader from = new(service, source);
        LoadBalancerSettings settings = from.Settings();
        if (!moves)
        {
            settings = settings with { Scheme = draft.Value(Key("scheme")) is null && draft.Value(Key("internal")) is null ? null : settings.Scheme };
            if (source is AnnotationReader.Classic or AnnotationReader.Network)
                return; // Nothing of the cloud provider's is deprecated.
        }
        foreach (string key in service.Annotations.Keys.Where(AnnotationModel.IsOurs).ToArray())
            Leave(draft, key, from.Read.Contains(key), source, reader, moves);
        if (moves)
            ChooseController(draft, target);
        new SettingsWriter(draft, reader, missing => draft.Warnings.Add($"{ControllerChoice.NameOf(reader)} has no counterpart of {missing}.")).Write(Tidy(settings, source, reader));
        if (moves)
            Explain(draft, settings, source, reader);
    }

    /// <summary>Takes an annotation away that the new controller does not read, or that is written anew from what it said.</summary>
    private static void Leave(ObjectDraft draft, string key, bool isSaid, AnnotationReader source, AnnotationReader reader, bool moves)
    {
        if (AnnotationModel.Find(key) is not { } definition || !definition.AppliesTo.Contains(LoadBalancedObject.ServiceKind) || definition.Prefix != AnnotationDefinition.ServicePrefix)
            return;
        EksAnnotationSupport support = definition.SupportBy(reader);
        if (moves && isSaid)
        {
            draft.Remove(key); // Written anew where the new controller has it.
            return;
        }
        bool taken = support is EksAnnotationSupport.Honoured or EksAnnotationSupport.Partly or EksAnnotationSupport.Undocumented;
        if (taken && definition.Suffix != "aws-load-balancer-type" && !(definition.Successor is not null && reader is AnnotationReader.Lbc or AnnotationReader.AutoMode))
            return;
        if (definition.Suffix == "aws-load-balancer-type" && !moves)
            return;
        bool said = isSaid || definition.Suffix is "aws-load-balancer-type" or "aws-load-balancer-connection-draining-timeout";
        if (!said && definition.SupportBy(source) is EksAnnotationSupport.Honoured or EksAnnotationSupport.Partly && moves)
            draft.Warnings.Add($"{ControllerChoice.NameOf(reader)} has no counterpart of {key}: {draft.Former.Value(key)}.");
        draft.Remove(key);
    }

    private static void ChooseController(ObjectDraft draft, EksLoadBalancerControllerKind target)
    {
        switch (target)
        {
            case EksLoadBalancerControllerKind.Ccm:
                draft.SetField("loadBalancerClass", null, "the cloud provider takes Services without class alone");
                draft.Set(Key("type"), "nlb");
                draft.Warnings.Add("Where the webhook of the AWS Load Balancer Controller gives new Services its class, or in Auto Mode, this Service is not the cloud provider's all the same.");
                break;
            case EksLoadBalancerControllerKind.Lbc:
                draft.SetField("loadBalancerClass", new YamlText(ControllerChoice.LbcClass), "chooses the AWS Load Balancer Controller");
                draft.Remove(Key("type"), "spec.loadBalancerClass goes before it");
                break;
            default:
                draft.SetField("loadBalancerClass", new YamlText(ControllerChoice.AutoClass), "chooses Auto Mode");
                draft.Remove(Key("type"), "spec.loadBalancerClass goes before it");
                break;
        }
        draft.Warnings.Add("A Service keeps its controller for life: delete the one that is there before this one is created, or create it under another name and move clients over. Either way there is a new load balancer, with a new DNS name.");
    }

    /// <summary>What means the same without being said, or cannot be said so.</summary>
    private static LoadBalancerSettings Tidy(LoadBalancerSettings settings, AnnotationReader source, AnnotationReader reader)
    {
        bool toNetwork = source == AnnotationReader.Classic;

        // A plain TCP listener is what there is without saying so, and http and https of a Classic one are told as a loss below.
        if (toNetwork && settings.BackendProtocol is "tcp" or "http" or "https")
            settings = settings with { BackendProtocol = null };
        if (toNetwork && settings.HealthCheckProtocol is { } protocol && string.Equals(protocol, "ssl", StringComparison.OrdinalIgnoreCase))
            settings = settings with { HealthCheckProtocol = "tcp" };
        if (toNetwork && settings.HealthCheckTimeout is < 2)
            settings = settings with { HealthCheckTimeout = 2 };
        return reader is AnnotationReader.Classic or AnnotationReader.Network && settings.SslPort is null or { Count: 0 } ? settings with { SslPort = null } : settings;
    }

    private static void Explain(ObjectDraft draft, LoadBalancerSettings settings, AnnotationReader source, AnnotationReader reader)
    {
        if (source == AnnotationReader.Classic)
        {
            draft.Warnings.Add("A Classic Load Balancer becomes a Network Load Balancer: pods see the client's address on instance targets, and the nodes' and pods' security groups and NetworkPolicies must let it in.");
            if (settings.BackendProtocol is "http" or "https")
                draft.Warnings.Add($"{ControllerChoice.NameOf(reader)} has no counterpart of the backend protocol {settings.BackendProtocol}, and with it of the headers X-Forwarded-For and X-Forwarded-Proto; an Ingress with an Application Load Balancer has them.");
            if (settings.ProxyProtocol == true)
                draft.Warnings.Add("The proxy protocol changes from version 1 to version 2: the pods must read both while clients move.");
        }
        if (reader == AnnotationReader.Network && settings.TargetType == "ip")
            draft.Warnings.Add("Targets change from pods to nodes.");
    }

    private static void ApplyToIngress(ObjectDraft draft, EksLoadBalancerControllerKind target, ControllerDecision now)
    {
        if (target == EksLoadBalancerControllerKind.Ccm)
            throw new EksToolsException(EksErrorKind.Validation, "NoCounterpart", $"{draft.Former} cannot be made one of the cloud provider's, which takes no Ingress.", draft.Former.ToString(), "Convert it to Lbc or AutoMode.");
        if (target == EksLoadBalancerControllerKind.AutoMode)
        {
            foreach (string key in draft.Former.Annotations.Keys.ToArray())
            {
                if (AnnotationModel.Find(key)?.SupportBy(AnnotationReader.AutoMode) != EksAnnotationSupport.Refused || key == ControllerChoice.IngressClassAnnotation)
                    continue;
                draft.Warnings.Add(key == AlbKey("group.name")
                    ? $"{key}: {draft.Former.Value(key)} becomes spec.group.name of the IngressClassParams (eks.amazonaws.com/v1) of the class."
                    : $"{ControllerChoice.NameOf(AnnotationReader.AutoMode)} has no counterpart of {key}: {draft.Former.Value(key)}.");
                draft.Remove(key);
            }
        }
        if (draft.Value(ControllerChoice.IngressClassAnnotation) is { } name)
        {
            draft.Remove(ControllerChoice.IngressClassAnnotation, "spec.ingressClassName has taken its place");
            if (draft.Former.Ingress is { ClassName: null })
                draft.SetField("ingressClassName", new YamlText(name), "takes the place of the annotation");
        }
        if (draft.Value(AlbKey("web-acl-id")) is { } acl && target == EksLoadBalancerControllerKind.Lbc)
        {
            draft.Remove(AlbKey("web-acl-id"), "waf-acl-id has taken its place");
            draft.Set(AlbKey("waf-acl-id"), acl);
        }
        if (now.Controller != target)
            draft.Warnings.Add($"An Ingress goes to {ControllerChoice.NameOf(target)} by its class: spec.ingressClassName must name an IngressClass whose controller is {(target == EksLoadBalancerControllerKind.AutoMode ? ControllerChoice.AutoIngress : ControllerChoice.LbcIngress)}.");
    }

    public static EksToolsException Undecided(LoadBalancedObject subject, ControllerDecision decision) => decision.Readers.Count == 0
        ? new(EksErrorKind.Validation, "NobodyTakes", $"No load balancer controller takes {subject}: {decision.Reason}.", subject.ToString(), "Say -Controller to go on all the same.")
        : new(EksErrorKind.Validation, "ControllerUndecided", $"Who takes {subject} is not known, for {decision.Reason}: it may be {string.Join(" or ", decision.Readers.Select(ControllerChoice.NameOf))}.", subject.ToString(), "Say -Controller Ccm, Lbc or AutoMode.");
}
