using EksTools.Core.Yaml;

namespace EksTools.Core.Tests.Yaml;

public sealed class TextNodeReaderTests
{
    [Theory]
    [InlineData("- {a...\nb: c}")] // YamlDotNet's scanner ends in an InvalidOperationException.
    [InlineData("a: {b...\nc: d}")]
    [InlineData("- \"a\"\n- : b\n c]d: e\n  f: [\n  g: h\n")] // Its parser ends a mapping after a key.
    [InlineData("a: : b\n c]d: e\n  f: [\n  g: h\n")]
    [InlineData("- [")]
    public void A_broken_text_is_a_fault_of_the_text_whatever_YamlDotNet_makes_of_it(string text)
    {
        YamlTextException exception = Assert.Throws<YamlTextException>(() => TextNodeReader.Read(text));
        Assert.Equal(YamlTextFault.Syntax, exception.Kind);
        Assert.True(exception.Line > 0 && exception.Column > 0, exception.Message);
    }

    [Fact]
    public void A_second_document_and_a_repeated_key_are_faults_unless_they_are_let_pass()
    {
        const string text = "a: 1\na: 2\n---\nb: 3\n";
        Assert.Equal((YamlTextFault.Unsafe, 2), Fault(text, YamlReading.FirstDocument));
        Assert.Equal((YamlTextFault.SecondDocument, 3), Fault(text, YamlReading.RepeatedKeys));
        TextMapping map = Assert.IsType<TextMapping>(TextNodeReader.Read(text, YamlReading.FirstDocument | YamlReading.RepeatedKeys));
        Assert.Equal(["1", "2"], map.Pairs.Select(pair => ((TextScalar)pair.Value).Value));

        static (YamlTextFault, int) Fault(string text, YamlReading reading)
        {
            YamlTextException exception = Assert.Throws<YamlTextException>(() => TextNodeReader.Read(text, reading));
            return (exception.Kind, exception.Line);
        }
    }

    [Fact]
    public void Splices_are_made_in_one_pass_and_insertions_at_one_place_stand_in_their_order()
    {
        Assert.Equal("a12bXd3", TextSplice.Apply("abcd", [new(4, 4, "3"), new(1, 1, "1"), new(2, 3, "X"), new(1, 1, "2")]));
        Assert.Throws<ArgumentOutOfRangeException>(() => TextSplice.Apply("abcd", [new(0, 2, ""), new(1, 3, "")]));
    }

    [Fact]
    public void Lines_are_found_for_any_line_break()
    {
        LineMap lines = new("a\nb\r\nc\rd");
        Assert.Equal([(1, 1), (1, 2), (2, 1), (3, 1), (4, 1), (4, 2)], new[] { 0, 1, 2, 5, 7, 8 }.Select(at => (lines.LineOf(at), lines.ColumnOf(at))));
    }
}
