using EksTools.Core.Yaml;

namespace EksTools.Core.Tests.Yaml;

/// <summary>Each outcome is that of Go 1.19 with gopkg.in/yaml.v2 2.4 and sigs.k8s.io/yaml for the very text.</summary>
public sealed class GoScalarsTests
{
    [Fact]
    public void Go_takes_these_for_numbers() => AssertAll(GoScalarKind.Number, "0x1F", "-0x8000000000000000", "0xFFFFFFFFFFFFFFFF", "0o17", "012345678901", "0777777777777777777777777", "1_0", "0_x1F", "1__", "08", "1.5e3", "1.", "-1.e3", "1e5_0", ".5", ".5_0", ".5E5", "-.5", "-0b1", "0B1");

    [Fact]
    public void Go_takes_these_for_text() => AssertAll(GoScalarKind.Text, "+0xFFFFFFFFFFFFFFFF", "0x1FFFFFFFFFFFFFFFF", "-0x8000000000000001", "0b12", "0xG", "0x", "+", "1e400", ".", ".5_", ".5e_1", ".5e400", ".e3", "1:30", "2024-01-01", "yES", "nUll", "dev");

    [Fact]
    public void Go_takes_these_for_true_or_false() => AssertAll(GoScalarKind.Boolean, "y", "No", "TRUE", "off");

    [Fact]
    public void Go_takes_these_for_null() => AssertAll(GoScalarKind.Null, "", "~", "Null");

    [Fact]
    public void Go_takes_these_for_numbers_without_a_form_in_JSON() => AssertAll(GoScalarKind.NoJson, ".nan", "-.inf", "+.Inf");

    private static void AssertAll(GoScalarKind kind, params string[] texts) => Assert.All(texts, text => Assert.Equal(kind, GoScalars.KindOf(text)));
}
