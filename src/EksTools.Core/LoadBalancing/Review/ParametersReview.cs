using EksTools.Core.LoadBalancing.Annotations;
using EksTools.Core.LoadBalancing.Controllers;
using EksTools.Core.LoadBalancing.Values;

namespace EksTools.Core.LoadBalancing.Review;

/// <summary>Annotations of an Ingress that do nothing, because the IngressClassParams of its class say something else and go before them.</summary>
internal static class ParametersReview
{
    private const string Rule = "IngressClassParamsWin";

    public static void Find(ReviewContext context)
    {
        if (context.Parameters is not { } parameters)
            return;
        foreach ((string suffix, string value) in parameters.Settings.Where(one => context.Subject.Annotations.ContainsKey(ReviewContext.AlbKey(one.Key))))
        {
            string key = ReviewContext.AlbKey(suffix), own = context.Subject.Value(key)!;
            if (!IngressParameters.Same(own, value))
                context.Warn(Rule, key, $"{key} does nothing: IngressClassParams {parameters.Name}, which the Ingress's class names, says {value}, and goes before it.", ReviewFix.ToRemove(key));
        }
        FindPairs(context, parameters, "load-balancer-attributes", parameters.Attributes);
        FindPairs(context, parameters, "tags", parameters.Tags);
    }

    private static void FindPairs(ReviewContext context, IngressParameters parameters, string suffix, IReadOnlyDictionary<string, string> winning)
    {
        string key = ReviewContext.AlbKey(suffix);
        foreach ((string name, string own) in GoValues.Map(context.Subject.Value(key) ?? string.Empty) ?? [])
        {
            if (winning.TryGetValue(name, out string? value) && value != own)
                context.Warn(Rule, key, $"{name}={own} of {key} does nothing: IngressClassParams {parameters.Name}, which the Ingress's class names, says {value}, and goes before it.", ReviewFix.ToRead(key));
        }
    }
}
