#nullable disable
using Amazon.Runtime;

namespace Amazon.IdentityManagement;

/// <summary>What every request to AWS IAM derives from.</summary>
public partial class AmazonIdentityManagementServiceRequest : AmazonWebServiceRequest;
