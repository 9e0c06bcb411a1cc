using EksTools.Core.LoadBalancing.ControllerInstallation;
using k8s.Models;

namespace EksTools.Core.Tests.LoadBalancing.ControllerInstallation;

public sealed class ControllerStateTests
{
    [Theory]
    [InlineData("public.ecr.aws/eks/aws-load-balancer-controller:v3.5.0", true, "v3.5.0")]
    [InlineData("registry.example.com:5000/x/aws-load-balancer-controller:v2.8.1@sha256:00", true, "v2.8.1")]
    [InlineData("registry.example.com:5000/aws-load-balancer-controller", true, null)]
    [InlineData("aws-load-balancer-controller@sha256:00", true, null)]
    [InlineData("docker.io/amazon/aws-alb-ingress-controller:v1.1.9", true, "v1.1.9")]
    [InlineData("public.ecr.aws/eks/aws-load-balancer-controller-mirror:v1", false, "v1")]
    public void The_image_tells_what_it_is_and_its_version(string image, bool isController, string? version)
    {
        Assert.Equal(isController, ControllerState.IsController(image));
        Assert.Equal(version, State(image).Version);
    }

    [Fact]
    public void Flags_are_read_from_command_and_arguments()
    {
        ControllerState state = State("aws-load-balancer-controller:v1", "--cluster-name=demo", "--watch-namespace=", "--aws-region=us-west-2");
        Assert.Equal("demo", state.Flag("cluster-name"));
        Assert.Null(state.Flag("watch-namespace"));
        Assert.Null(state.Flag("load-balancer-class"));
    }

    [Fact]
    public void Versions_are_ordered_by_their_numbers() => Assert.True(HelmChart.Order("3.10.0") > HelmChart.Order("v3.9.1") && HelmChart.Order("odd") < HelmChart.Order("1.0.0"));

    private static ControllerState State(string image, params string[] arguments) => new()
    {
        Deployment = new V1Deployment { Spec = new V1DeploymentSpec { Template = new V1PodTemplateSpec { Spec = new V1PodSpec { Containers = [new V1Container { Name = "c", Image = image, Args = arguments }] } } } },
    };
}
