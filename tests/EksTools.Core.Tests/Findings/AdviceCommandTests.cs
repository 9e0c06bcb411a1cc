using EksTools.Core.Findings;

namespace EksTools.Core.Tests.Findings;

/// <summary>Which advised commands only show something.</summary>
public sealed class AdviceCommandTests
{
    [Theory]
    [InlineData("aws rds describe-db-instances --query 'DBInstances[].DBInstanceIdentifier'", true)]
    [InlineData("aws iam get-role --role-name delete-me", true)]
    [InlineData("aws ecs list-clusters", true)]
    [InlineData("Get-EksLoadBalancer demo", true)]
    [InlineData("kubectl get crds", true)]
    [InlineData("aws ec2 describe-vpcs; aws ec2 delete-vpc --vpc-id vpc-1", false)]
    [InlineData("aws ec2 terminate-instances --instance-ids i-1", false)]
    [InlineData("kubectl delete nodepools --all", false)]
    [InlineData("Remove-EksCluster demo", false)]
    [InlineData("eksctl delete cluster --name demo", false)]
    public void A_command_shows_by_its_verb(string command, bool shows) => Assert.Equal(shows, AdviceCommand.OnlyShows(command));
}
