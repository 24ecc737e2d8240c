/// The data sets that can be fetched by name.
///
/// A set is listed only with the size and the SHA-256 of every file, so that whoever loads it has
/// the very bytes its published results are about.
public enum DataCatalog {
  /// Every set, in the order of a list.
  public static let all: [DataSetDescription] = [
    mnist, qmnistLabels, fashionMNIST, cifar10, omniglotSmall1, omniglotSmall2, digits, iris, wine,
    breastCancer, tinyShakespeare, wikiText2, stories260K,
  ]

  /// The set of a name.
  ///
  /// - Throws: ``DataError/unknownDataSet(name:known:)``.
  public static func set(named name: String) throws(DataError) -> DataSetDescription {
    guard let set = all.first(where: { $0.name == name }) else {
      throw .unknownDataSet(name: name, known: all.map(\.name))
    }
    return set
  }

  public static let mnist = DataSetDescription(
    name: "mnist", summary: "handwritten digits, 60,000 + 10,000 grey images of 28 x 28",
    licence: "CC BY-SA 3.0", homepage: "http://yann.lecun.com/exdb/mnist/",
    files: [
      mnistFile(
        "train-images-idx3-ubyte.gz", 9_912_422,
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
      mnistFile(
        "train-labels-idx1-ubyte.gz", 28_881,
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
      mnistFile(
        "t10k-images-idx3-ubyte.gz", 1_648_877,
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
      mnistFile(
        "t10k-labels-idx1-ubyte.gz", 4542,
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
    ])

  /// Who wrote each digit of ``mnist``; the images themselves are MNIST's.
  public static let qmnistLabels = DataSetDescription(
    name: "qmnist-labels", summary: "class, writer and place of every MNIST digit, 8 numbers each",
    licence: "BSD-3-Clause", homepage: "https://github.com/facebookresearch/qmnist",
    files: [
      qmnistFile(
        "qmnist-train-labels-idx2-int.gz", 463_024,
        "2c05dc77f6b916b38e455e97ab129a42a444f3dbef09b278a366f82904e0dd9f"),
      qmnistFile(
        "qmnist-test-labels-idx2-int.gz", 526_800,
        "9fbcbe594c3766fdf4f0b15c5165dc0d1e57ac604e01422608bb72c906030d06"),
    ])

  public static let fashionMNIST = DataSetDescription(
    name: "fashion-mnist", summary: "articles of clothing, 60,000 + 10,000 grey images of 28 x 28",
    licence: "MIT", homepage: "https://github.com/zalandoresearch/fashion-mnist",
    files: [
      fashionFile(
        "train-images-idx3-ubyte.gz", 26_421_880,
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
      fashionFile(
        "train-labels-idx1-ubyte.gz", 29_515,
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
      fashionFile(
        "t10k-images-idx3-ubyte.gz", 4_422_102,
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
      fashionFile(
        "t10k-labels-idx1-ubyte.gz", 5148,
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
    ])

  public static let cifar10 = DataSetDescription(
    name: "cifar10", summary: "photographs of ten things, 50,000 + 10,000 colour images of 32 x 32",
    licence: "none stated by its authors", homepage: "https://www.cs.toronto.edu/~kriz/cifar.html",
    files: [
      DataFile(
        path: "cifar10/cifar-10-binary.tar.gz", size: 170_052_171,
        sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        urls: ["https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"])
    ])

  public static let omniglotSmall1 = omniglot(
    "omniglot-small1", "images_background_small1.zip", 1_319_022,
    "f38eb80f801274ac2b4dff5b24289016bfaba4a7d5bb50deebf27104ad6cb8a4")
  public static let omniglotSmall2 = omniglot(
    "omniglot-small2", "images_background_small2.zip", 1_580_917,
    "3ccaa407515a8778e5d0861875af38b17e418f301ad5bb3b5a6b65d901a41c7f")

  public static let tinyShakespeare = DataSetDescription(
    name: "tinyshakespeare", summary: "plays of Shakespeare, 1.1 MB of English verse",
    licence: "public domain", homepage: "https://github.com/karpathy/char-rnn",
    files: [
      DataFile(
        path: "tinyshakespeare/input.txt", size: 1_115_394,
        sha256: "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
        urls: [
          "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare"
            + "/input.txt"
        ])
    ])

  /// The texts of WikiText-2 that published perplexities are of.
  public static let wikiText2 = DataSetDescription(
    name: "wikitext-2", summary: "articles of Wikipedia, validation and test texts word by word",
    licence: "CC BY-SA 3.0", homepage: "https://arxiv.org/abs/1609.07843",
    files: [
      wikiTextFile(
        "valid.txt", 1_121_681, "f0737ed31fc1329026e95cb8b98e19c2a182c39c240ab909dc31abf2f8af58e8"),
      wikiTextFile(
        "test.txt", 1_256_449, "d790b833ef8cf03a90db7bf1271b7520b83c45ce07ba3c1a9699df81e239eca0"),
    ])

  /// A language model, not a set of texts: what it writes is text of a distribution that is known
  /// exactly.
  public static let stories260K = DataSetDescription(
    name: "stories260K",
    summary: "a Llama of 260,000 weights that learned TinyStories, llama2.c layout, and its tokens",
    licence: "MIT", homepage: "https://github.com/karpathy/llama2.c",
    files: [
      storiesFile(
        "stories260K.bin", 1_056_540,
        "b0a507e7ad0f626624f17112325e66691f9076d622e1d3274d103d00299f2696"),
      storiesFile(
        "tok512.bin", 6227, "037cb335abb25d1fa9e8ecae30ed2a3a8ace9302862ebcdc05d51a6bbb10c312"),
    ])

  public static let digits = uci(
    "digits", "handwritten digits, 1,797 grey images of 8 x 8, 17 levels", "digits.csv.gz", 57_523,
    "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22")
  public static let iris = uci(
    "iris", "150 flowers of three species, 4 measures each", "iris.csv", 2734,
    "f13ffa8fdd56fd8e6c8d16d4081a3fbd3114bcd0aae4256c43205169cd9d1449")
  public static let wine = uci(
    "wine", "178 wines of three cultivars, 13 measures each", "wine_data.csv", 11_157,
    "10e8a802908b34f86e5da8ce962f3c806694bc98450a18f61851af59f324bede")
  public static let breastCancer = uci(
    "breast-cancer", "569 tumours, malignant or benign, 30 measures each", "breast_cancer.csv",
    119_913, "fed3eb72d0575ef6192293f5093c6e801b1476b577d0386bf4455504522172ed")
}

extension DataCatalog {
  private static func mnistFile(_ name: String, _ size: Int, _ sha256: String) -> DataFile {
    DataFile(
      path: "mnist/" + name, size: size, sha256: sha256,
      urls: [
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "http://yann.lecun.com/exdb/mnist/",
      ].map { $0 + name })
  }

  /// As PyTorch's examples distribute them.
  private static func wikiTextFile(_ name: String, _ size: Int, _ sha256: String) -> DataFile {
    DataFile(
      path: "wikitext-2/" + name, size: size, sha256: sha256,
      urls: [
        "https://raw.githubusercontent.com/pytorch/examples/main/word_language_model/data"
          + "/wikitext-2/" + name
      ])
  }

  private static func storiesFile(_ name: String, _ size: Int, _ sha256: String) -> DataFile {
    DataFile(
      path: "stories260K/" + name, size: size, sha256: sha256,
      urls: ["https://huggingface.co/karpathy/tinyllamas/resolve/main/stories260K/" + name])
  }

  private static func qmnistFile(_ name: String, _ size: Int, _ sha256: String) -> DataFile {
    DataFile(
      path: "qmnist/" + name, size: size, sha256: sha256,
      urls: ["https://raw.githubusercontent.com/facebookresearch/qmnist/master/" + name])
  }

  private static func fashionFile(_ name: String, _ size: Int, _ sha256: String) -> DataFile {
    DataFile(
      path: "fashion-mnist/" + name, size: size, sha256: sha256,
      urls: [
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
      ].map { $0 + name })
  }

  private static func omniglot(
    _ name: String, _ file: String, _ size: Int, _ sha256: String
  ) -> DataSetDescription {
    DataSetDescription(
      name: name, summary: "letters of five alphabets, 20 drawers each, 105 x 105, one bit a dot",
      licence: "MIT", homepage: "https://github.com/brendenlake/omniglot",
      files: [
        DataFile(
          path: "omniglot/" + file, size: size, sha256: sha256,
          urls: ["https://raw.githubusercontent.com/brendenlake/omniglot/master/python/" + file])
      ])
  }

  /// Small tables of the UCI repository, in the form scikit-learn 1.9.1 distributes them.
  private static func uci(
    _ name: String, _ summary: String, _ file: String, _ size: Int, _ sha256: String
  ) -> DataSetDescription {
    DataSetDescription(
      name: name, summary: summary, licence: "CC BY 4.0 (UCI); distribution BSD-3-Clause",
      homepage: "https://archive.ics.uci.edu",
      files: [
        DataFile(
          path: "uci/" + file, size: size, sha256: sha256,
          urls: [
            "https://raw.githubusercontent.com/scikit-learn/scikit-learn/1.9.1/sklearn/datasets"
              + "/data/" + file
          ])
      ])
  }
}
