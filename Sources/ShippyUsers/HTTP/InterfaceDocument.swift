/// The description of everything over HTTP, on both ports: OpenAPI 3.1. A test compares it with the routes.
package enum InterfaceDocument {
    package static let json = #"""
        {
          "openapi": "3.1.0",
          "info": {
            "title": "shippy",
            "version": "1",
            "summary": "Users, and who may do what.",
            "description": "A request with an unknown member in its body or an unknown query parameter is refused with 400, \#
        unless it says otherwise. Every path that answers GET answers HEAD, and every path answers OPTIONS. Send \#
        X-Request-Id to find a request in the log, the event and the mail."
          },
          "servers": [{"url": "http://127.0.0.1:8081"}],
          "security": [{"bearer": []}],
          "paths": {
            "/create": {
              "post": {
                "operationId": "createForTutorial",
                "tags": ["tutorials"],
                "summary": "Create a user, as the go-kit tutorial does",
                "security": [{}, {"bearer": []}],
                "parameters": [{"$ref": "#/components/parameters/IdempotencyKey"}],
                "requestBody": {
                  "required": true,
                  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewUser"}}}
                },
                "responses": {
                  "200": {
                    "description": "The user is created.",
                    "content": {
                      "application/json": {
                        "schema": {
                          "type": "object",
                          "required": ["id", "e0"],
                          "properties": {"id": {"type": "string"}, "e0": {"type": "null"}}
                        }
                      }
                    }
                  },
                  "4XX": {"$ref": "#/components/responses/Problem"},
                  "5XX": {"$ref": "#/components/responses/Problem"}
                }
              }
            },
            "/api/v1/users": {
              "get": {
                "operationId": "listUsers",
                "tags": ["users"],
                "summary": "List users by ID",
                "parameters": [
                  {
                    "name": "after",
                    "in": "query",
                    "description": "Only users after this ID: the last one of the page before.",
                    "schema": {"type": "string"}
                  },
                  {
                    "name": "email",
                    "in": "query",
                    "description": "Only the user with this e-mail address.",
                    "schema": {"type": "string"}
                  },
                  {"$ref": "#/components/parameters/Full"},
                  {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}},
                  {
                    "name": "match",
                    "in": "query",
                    "description": "Only users with each of these words, or parts of words, in the name, the company or the address.",
                    "schema": {"type": "string", "pattern": "\\S", "maxLength": 256}
                  },
                  {
                    "name": "newest",
                    "in": "query",
                    "description": "The newest users first; `after` then names the oldest of the page before.",
                    "schema": {"type": "boolean", "default": false}
                  },
                  {"name": "role", "in": "query", "schema": {"enum": ["user", "reader", "operator", "admin"]}},
                  {
                    "name": "since",
                    "in": "query",
                    "description": "Only users who were created at this time or later.",
                    "schema": {"type": "string", "format": "date-time"}
                  },
                  {"name": "state", "in": "query", "schema": {"enum": ["active", "disabled"]}},
                  {
                    "name": "until",
                    "in": "query",
                    "description": "Only users who were created at this time or earlier.",
                    "schema": {"type": "string", "format": "date-time"}
                  }
                ],
                "responses": {
                  "200": {
                    "description": "A page of users, or the user with the address.",
                    "content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/User"}}}}
                  },
                  "4XX": {"$ref": "#/components/responses/Problem"},
                  "5XX": {"$ref": "#/components/responses/Problem"}
                }
              },
              "post": {
                "operationId": "createUser",
                "tags": ["users"],
                "summary": "Create a user",
                "security": [{}, {"bearer": []}],
                "parameters": [{"$ref": "#/components/parameters/IdempotencyKey"}],
                "requestBody": {
                  "required": true,
                  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewUser"}}}
                },
                "responses": {
                  "201": {
                    "description": "The user is created.",
                    "headers": {"Location": {"description": "The path of the user.", "schema": {"type": "string"}}},
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/User"}}}
                  },
                  "4XX": {"$ref": "#/components/responses/Problem"},
                  "5XX": {"$ref": "#/components/responses/Problem"}
                }
              }
            },
            "/api/v1/users/{id}": {
              "parameters": [{"$ref": "#/components/parameters/User"}],
              "get": {
                "operationId": "getUser",
                "tags": ["users"],
                "summary": "Get a user",
                "parameters": [{"$ref": "#/components/parameters/Full"}, {"$ref": "#/components/parameters/IfNoneMatch"}],
                "responses": {
                  "200": {"$ref": "#/components/responses/User"},
                  "304": {"description": "The user has not changed since the revision."},
                  "4XX": {"$ref": "#/components/responses/Problem"},
                  "5XX": {"$ref": "#/components/responses/Problem"}
                }
              },
              "patch": {
                "operationId": "changeUser",
                "tags": ["users"],
                "summary": "Change a user's address, name or company",
                "description": "What the body does not name stays as it is.",
                "parameters": [{"$ref": "#/components/parameters/IfMatch"}],
                "requestBody": {
                  "required": true,
                  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/UserDetails"}}}
                },
                "responses": {
                  "200": {"$ref": "#/components/responses/User"},
                  "4XX": {"$ref": "#/components/responses/Problem"},
                  "5XX": {"$ref": "#/components/responses/Problem"}
                }
              },
              "delete": {
                "operationId": "deleteUser",
                "tags": ["users"],
                "summary": "Delete a user",
                "parameters": [{"$ref": "#/components/parameters/IfMatch"}],
                "responses": {
                  "204": {"description": "The user is deleted."},
                  "4XX": {"$ref": "#/components/responses/Problem"},
                  "5XX": {"$ref": "#/components/responses/Problem"}
                }
              }
            },
            "/api/v1/users/{id}/disable": {
              "parameters": [{"$ref": "#/components/parameters/User"}],
              "post": {
                "operationId": "disableUser",
                "tags": ["users"],
                "summary": "Disable a user, and end their sessions",
                "parameters": [{"$ref": "#/components/parameters/IfMatch"}],
                "responses": {
                  "200": {"$ref": "#/components/responses/User"},
                  "4XX": {"$ref": "#/components/responses/Problem"},
                  "5XX": {"$ref": "#/components/responses/Problem"}
                }
              }
            },
            "/api/v1/users/{id}/enable": {
              "parameters": [{"$ref": "#/components/parameters/User"}],
              "post": {
                "operationId": "enableUser",
                "tags": ["users"],
                "summary": "Enable a user",
                "parameters": [{"$ref": "#/components/parameters/IfMatch"}],
                "responses": {
                  "200": {"$ref": "#/components/responses/User"},
                  "4XX": {"$ref": "#/components/responses/Problem"},
                  "5XX": {"$ref": "#/components/responses/Problem"}
                }
              }
            },
            "/api/v1/auth/login": {
              "post": {
                "operationId": "logIn",
                "tags": ["access"],
                "summary": "Begin a session",
                "security": [],
                "requestBody": {
                  "required": true,
                  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Credentials"}}}
                },
                "responses": {
                  "200": {
                    "description": "The tokens.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Login"}}}
                  },
                  "4XX": {"$ref": "#/components/responses/Problem"},
                  "5XX": {"$ref": "#/components/responses/Problem"}
                }
              }
            },
            "/api/v1/auth/refresh": {
              "post": {
                "operationId": "refresh",
                "tags": ["access"],
                "summary": "Get the next tokens of a session",
                "security": [],
                "requestBody": {
                  "required": true,
                  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/RefreshToken"}}}
                },
                "responses": {
                  "200": {
                    "description": "The tokens.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Login"}}}
                  },
                  "4XX": {"$ref": "#/components/responses/Problem"},
                  "5XX": {"$ref": "#/components/responses/Problem"}
                }
              }
            },
            "/api/v1/auth/logout": {
              "post": {
                "operationId": "logOut",
                "tags": ["access"],
                "summary": "End a session",
                "security": [],
                "requestBody": {
                  "required": true,
                  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/RefreshToken"}}}
                },
                "responses": {
                  "204": {"description": "The session has ended."},
                  "4XX": {"$ref": "#/components/responses/Problem"},
                  "5XX": {"$ref": "#/components/responses/Problem"}
                }
              }
            },
            "/api/v1/auth/me": {
              "get": {
                "operationId": "readMyself",
                "tags": ["access"],
                "summary": "Get the caller",
                "responses": {
                  "200": {
                    "description": "The caller; for a user, with the members of the user.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Caller"}}}
                  },
                  "4XX": {"$ref": "#/components/responses/Problem"},
                  "5XX": {"$ref": "#/components/responses/Problem"}
                }
              }
            },
            "/api/v1/auth/password": {
              "put": {
                "operationId": "changeOwnPassword",
                "tags": ["access"],
                "summary": "Set one's own password",
                "description": "For a user who has logged in. All other sessions of the user end. Wrong passwords are counted as at a login.",
                "requestBody": {
                  "required": true,
                  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/PasswordChange"}}}
                },
                "responses": {
                  "204": {"description": "The password is set."},
                  "4XX": {"$ref": "#/components/responses/Problem"},
                  "5XX": {"$ref": "#/components/responses/Problem"}
                }
              }
            },
            "/api/v1/auth/password-reset": {
              "post": {
                "operationId": "requestPasswordReset",
                "tags": ["access"],
                "summary": "Mail a link to set a password",
                "security": [],
                "requestBody": {
                  "required": true,
                  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Address"}}}
                },
                "responses": {
                  "202": {
                    "description": "The same answer whether somebody has the address.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Empty"}}}
                  },
                  "4XX": {"$ref": "#/components/responses/Problem"},
                  "5XX": {"$ref": "#/components/responses/Problem"}
                }
              }
            },
            "/api/v1/auth/password-reset/use": {
              "post": {
                "operationId": "resetPassword",
                "tags": ["access"],
                "summary": "Set a password with the token of a mail",
                "security": [],
                "requestBody": {
                  "required": true,
                  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/PasswordReset"}}}
                },
                "responses": {
                  "200": {
                    "description": "The password is set.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Empty"}}}
                  },
                  "4XX": {"$ref": "#/components/responses/Problem"},
                  "5XX": {"$ref": "#/components/responses/Problem"}
                }
              }
            },
            "/api/v1/auth/confirmation": {
              "post": {
                "operationId": "requestConfirmation",
                "tags": ["access"],
                "summary": "Mail a link to confirm an address",
                "security": [],
                "requestBody": {
                  "required": true,
                  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Address"}}}
                },
                "responses": {
                  "202": {
                    "description": "The same answer whether somebody has the address.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Empty"}}}
                  },
                  "4XX": {"$ref": "#/components/responses/Problem"},
                  "5XX": {"$ref": "#/components/responses/Problem"}
                }
              }
            },
            "/api/v1/auth/confirmation/use": {
              "post": {
                "operationId": "confirmAddress",
                "tags": ["access"],
                "summary": "Confirm an address with the token of a mail",
                "security": [],
                "requestBody": {
                  "required": true,
                  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Confirmation"}}}
                },
                "responses": {
                  "200": {
                    "description": "The address is confirmed.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Empty"}}}
                  },
                  "4XX": {"$ref": "#/components/responses/Problem"},
                  "5XX": {"$ref": "#/components/responses/Problem"}
                }
              }
            },
            "/.well-known/jwks.json": {
              "get": {
                "operationId": "readPublicKeys",
                "tags": ["access"],
                "summary": "Get the public keys of access tokens",
                "security": [],
                "responses": {
                  "200": {
                    "description": "A JSON Web Key Set.",
                    "content": {
                      "application/json": {
                        "schema": {
                          "type": "object",
                          "required": ["keys"],
                          "properties": {"keys": {"type": "array", "items": {"type": "object"}}}
                        }
                      }
                    }
                  },
                  "4XX": {"$ref": "#/components/responses/Problem"},
                  "5XX": {"$ref": "#/components/responses/Problem"}
                }
              }
            },
            "/openapi.json": {
              "get": {
                "operationId": "readInterface",
                "tags": ["operations"],
                "summary": "Get this document",
                "security": [],
                "responses": {
                  "200": {"description": "This document.", "content": {"application/json": {"schema": {"type": "object"}}}},
                  "4XX": {"$ref": "#/components/responses/Problem"},
                  "5XX": {"$ref": "#/components/responses/Problem"}
                }
              }
            },
            "/password": {
              "get": {
                "operationId": "showPasswordPage",
                "tags": ["pages"],
                "summary": "Show the page to set a password",
                "security": [],
                "parameters": [{"$ref": "#/components/parameters/LinkToken"}],
                "responses": {
                  "200": {"description": "A form.", "content": {"text/html": {"schema": {"type": "string"}}}},
                  "4XX": {"$ref": "#/components/responses/PageOrProblem"},
                  "5XX": {"$ref": "#/components/responses/Page"}
                }
              },
              "post": {
                "operationId": "submitPasswordPage",
                "tags": ["pages"],
                "summary": "Set a password from the page",
                "security": [],
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/x-www-form-urlencoded": {
                      "schema": {
                        "type": "object",
                        "required": ["token", "password"],
                        "properties": {"token": {"type": "string"}, "password": {"type": "string"}},
                        "additionalProperties": false
                      }
                    }
                  }
                },
                "responses": {
                  "200": {"description": "The password is set.", "content": {"text/html": {"schema": {"type": "string"}}}},
                  "4XX": {"$ref": "#/components/responses/PageOrProblem"},
                  "5XX": {"$ref": "#/components/responses/Page"}
                }
              }
            },
            "/confirm": {
              "get": {
                "operationId": "showConfirmationPage",
                "tags": ["pages"],
                "summary": "Show the page to confirm an address",
                "security": [],
                "parameters": [{"$ref": "#/components/parameters/LinkToken"}],
                "responses": {
                  "200": {"description": "A form.", "content": {"text/html": {"schema": {"type": "string"}}}},
                  "4XX": {"$ref": "#/components/responses/PageOrProblem"},
                  "5XX": {"$ref": "#/components/responses/Page"}
                }
              },
              "post": {
                "operationId": "submitConfirmationPage",
                "tags": ["pages"],
                "summary": "Confirm an address from the page",
                "security": [],
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/x-www-form-urlencoded": {
                      "schema": {
                        "type": "object",
                        "required": ["token"],
                        "properties": {"token": {"type": "string"}},
                        "additionalProperties": false
                      }
                    }
                  }
                },
                "responses": {
                  "200": {"description": "The address is confirmed.", "content": {"text/html": {"schema": {"type": "string"}}}},
                  "4XX": {"$ref": "#/components/responses/PageOrProblem"},
                  "5XX": {"$ref": "#/components/responses/Page"}
                }
              }
            },
            "/api/v1/auth": {
              "post": {
                "operationId": "authForTutorial",
                "tags": ["tutorials"],
                "summary": "Log in, as the go-micro tutorial does",
                "description": "Other members are ignored.",
                "security": [],
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {"type": "object", "properties": {"email": {"type": "string"}, "password": {"type": "string"}}}
                    }
                  }
                },
                "responses": {
                  "200": {
                    "description": "A token.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/TutorialToken"}}}
                  },
                  "4XX": {"$ref": "#/components/responses/Problem"},
                  "5XX": {"$ref": "#/components/responses/Problem"}
                }
              }
            },
            "/api/v1/validate": {
              "post": {
                "operationId": "validateForTutorial",
                "tags": ["tutorials"],
                "summary": "Check a token, as the go-micro tutorial does",
                "description": "Other members are ignored.",
                "security": [],
                "requestBody": {
                  "required": true,
                  "content": {"application/json": {"schema": {"type": "object", "properties": {"token": {"type": "string"}}}}}
                },
                "responses": {
                  "200": {
                    "description": "The token is valid.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/TutorialToken"}}}
                  },
                  "4XX": {"$ref": "#/components/responses/Problem"},
                  "5XX": {"$ref": "#/components/responses/Problem"}
                }
              }
            },
            "/rpc": {
              "post": {
                "operationId": "callForTutorial",
                "tags": ["tutorials"],
                "summary": "Call a method of the go-micro tutorial's user service",
                "description": "The methods also go by UserService instead of Auth. Other members are ignored.",
                "security": [{}, {"bearer": []}],
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {
                        "type": "object",
                        "required": ["method"],
                        "properties": {
                          "service": {"type": "string"},
                          "method": {
                            "type": "string",
                            "enum": ["Auth.Create", "Auth.Get", "Auth.GetAll", "Auth.Auth", "Auth.ValidateToken"]
                          },
                          "request": {"type": "object"}
                        }
                      }
                    }
                  }
                },
                "responses": {
                  "200": {
                    "description": "The reply of the method, as JSON.",
                    "content": {"application/json": {"schema": {"type": "object"}}}
                  },
                  "4XX": {"$ref": "#/components/responses/Problem"},
                  "5XX": {"$ref": "#/components/responses/Problem"}
                }
              }
            },
            "/health/live": {
              "servers": [{"url": "http://127.0.0.1:8080", "description": "The ops port."}],
              "get": {
                "operationId": "readLiveness",
                "tags": ["operations"],
                "summary": "Whether the process responds",
                "security": [],
                "responses": {
                  "200": {"description": "It does.", "content": {"text/plain": {"schema": {"type": "string"}}}},
                  "4XX": {"$ref": "#/components/responses/Problem"},
                  "5XX": {"$ref": "#/components/responses/Problem"}
                }
              }
            },
            "/health/ready": {
              "servers": [{"url": "http://127.0.0.1:8080", "description": "The ops port."}],
              "get": {
                "operationId": "readReadiness",
                "tags": ["operations"],
                "summary": "Whether the process is ready",
                "security": [{}, {"bearer": []}],
                "responses": {
                  "200": {
                    "description": "It is registered, and its engines can be written.",
                    "content": {"text/plain": {"schema": {"type": "string"}}}
                  },
                  "503": {
                    "description": "It is not ready: a line for each check.",
                    "content": {"text/plain": {"schema": {"type": "string"}}}
                  },
                  "4XX": {"$ref": "#/components/responses/Problem"},
                  "5XX": {"$ref": "#/components/responses/Problem"}
                }
              }
            },
            "/metrics": {
              "servers": [{"url": "http://127.0.0.1:8080", "description": "The ops port."}],
              "get": {
                "operationId": "readMetrics",
                "tags": ["operations"],
                "summary": "Metrics in the text format of Prometheus",
                "security": [{}, {"bearer": []}],
                "responses": {
                  "200": {"description": "Metrics.", "content": {"text/plain": {"schema": {"type": "string"}}}},
                  "4XX": {"$ref": "#/components/responses/Problem"},
                  "5XX": {"$ref": "#/components/responses/Problem"}
                }
              }
            }
          },
          "components": {
            "securitySchemes": {
              "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "An access token, a token for programs, or an owner's token."
              }
            },
            "parameters": {
              "User": {
                "name": "id",
                "in": "path",
                "required": true,
                "description": "The ID or the e-mail address of a user.",
                "schema": {"type": "string", "minLength": 1}
              },
              "Full": {
                "name": "full",
                "in": "query",
                "description": "Tell the role, the state and whether the address is confirmed, too.",
                "schema": {"type": "boolean", "default": false}
              },
              "LinkToken": {"name": "token", "in": "query", "description": "The token of a mail.", "schema": {"type": "string"}},
              "IfMatch": {
                "name": "If-Match",
                "in": "header",
                "description": "The ETag of the revision that the change is based on. If the user has another one by now, the answer is 412.",
                "schema": {"type": "string"}
              },
              "IfNoneMatch": {
                "name": "If-None-Match",
                "in": "header",
                "description": "The ETag of a revision that is known. If the user still has it, the answer is 304.",
                "schema": {"type": "string"}
              },
              "IdempotencyKey": {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "The same request with the same key creates one user, however often it is sent.",
                "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"}
              }
            },
            "headers": {
              "Revision": {"description": "Changes with every change of the user.", "schema": {"type": "string"}}
            },
            "responses": {
              "User": {
                "description": "The user.",
                "headers": {"ETag": {"$ref": "#/components/headers/Revision"}},
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/User"}}}
              },
              "Page": {"description": "A page that says what to do.", "content": {"text/html": {"schema": {"type": "string"}}}},
              "PageOrProblem": {
                "description": "A page that says what to do, or the answer of a program.",
                "content": {
                  "text/html": {"schema": {"type": "string"}},
                  "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
                }
              },
              "Problem": {
                "description": "The request is refused or has failed.",
                "headers": {
                  "Retry-After": {"description": "With 429 and 503: when to try again, in seconds.", "schema": {"type": "integer"}}
                },
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
              }
            },
            "schemas": {
              "User": {
                "type": "object",
                "required": ["id", "name", "company", "email", "created_at"],
                "properties": {
                  "id": {"type": "string", "description": "A UUID."},
                  "name": {"type": "string"},
                  "company": {"type": "string"},
                  "email": {"type": "string"},
                  "created_at": {"type": "string", "format": "date-time"},
                  "role": {"enum": ["user", "reader", "operator", "admin"], "description": "Only with full=true."},
                  "state": {"enum": ["active", "disabled"], "description": "Only with full=true."},
                  "confirmed": {"type": "boolean", "description": "Only with full=true."}
                }
              },
              "PasswordChange": {
                "type": "object",
                "required": ["old_password", "new_password"],
                "properties": {
                  "old_password": {"type": "string", "description": "The present password."},
                  "new_password": {"type": "string", "minLength": 8, "description": "At most 72 bytes in UTF-8, and not a common one."}
                },
                "additionalProperties": false
              },
              "NewUser": {
                "type": "object",
                "required": ["email"],
                "properties": {
                  "email": {
                    "type": "string",
                    "examples": ["ada@example.com"],
                    "description": "An e-mail address. A name without a domain gets the domain of --mail-domain."
                  },
                  "name": {
                    "type": ["string", "null"],
                    "description": "At most 1024 bytes in UTF-8, without NUL.",
                    "examples": ["Ada Lovelace"]
                  },
                  "company": {
                    "type": ["string", "null"],
                    "description": "At most 1024 bytes in UTF-8, without NUL.",
                    "examples": ["Analytical"]
                  },
                  "password": {
                    "type": ["string", "null"],
                    "examples": ["correct horse battery"],
                    "description": "At least 8 characters and at most 72 bytes in UTF-8, and not a common one."
                  }
                },
                "additionalProperties": false
              },
              "UserDetails": {
                "type": "object",
                "properties": {
                  "email": {
                    "type": ["string", "null"],
                    "examples": ["ada@example.com"],
                    "description": "An e-mail address. A name without a domain gets the domain of --mail-domain."
                  },
                  "name": {
                    "type": ["string", "null"],
                    "description": "At most 1024 bytes in UTF-8, without NUL.",
                    "examples": ["Ada Lovelace"]
                  },
                  "company": {
                    "type": ["string", "null"],
                    "description": "At most 1024 bytes in UTF-8, without NUL.",
                    "examples": ["Analytical"]
                  },
                  "password": {
                    "type": ["string", "null"],
                    "description": "The present password. Users who change their own address give it."
                  }
                },
                "additionalProperties": false
              },
              "Credentials": {
                "type": "object",
                "required": ["email", "password"],
                "properties": {"email": {"type": "string"}, "password": {"type": "string"}},
                "additionalProperties": false
              },
              "RefreshToken": {
                "type": "object",
                "required": ["refresh_token"],
                "properties": {"refresh_token": {"type": "string"}},
                "additionalProperties": false
              },
              "Address": {
                "type": "object",
                "required": ["email"],
                "properties": {
                  "email": {
                    "type": "string",
                    "examples": ["ada@example.com"],
                    "description": "An e-mail address. A name without a domain gets the domain of --mail-domain."
                  }
                },
                "additionalProperties": false
              },
              "PasswordReset": {
                "type": "object",
                "required": ["token", "password"],
                "properties": {
                  "token": {"type": "string"},
                  "password": {
                    "type": "string",
                    "examples": ["correct horse battery"],
                    "description": "At least 8 characters and at most 72 bytes in UTF-8, and not a common one."
                  }
                },
                "additionalProperties": false
              },
              "Confirmation": {
                "type": "object",
                "required": ["token"],
                "properties": {"token": {"type": "string"}},
                "additionalProperties": false
              },
              "Empty": {"type": "object", "properties": {}},
              "Login": {
                "type": "object",
                "required": ["access_token", "token_type", "expires_in", "refresh_token", "user"],
                "properties": {
                  "access_token": {"type": "string"},
                  "token_type": {"const": "Bearer"},
                  "expires_in": {"type": "integer", "description": "In seconds."},
                  "refresh_token": {"type": "string"},
                  "user": {"$ref": "#/components/schemas/User"}
                }
              },
              "Caller": {
                "type": "object",
                "required": ["actor", "role", "roles"],
                "properties": {
                  "actor": {"type": "string", "description": "owner, or user:ID, token:ID or certificate:NAME."},
                  "role": {"$ref": "#/components/schemas/Role"},
                  "roles": {"type": "array", "items": {"$ref": "#/components/schemas/Role"}},
                  "id": {"type": "string"},
                  "name": {"type": "string"},
                  "company": {"type": "string"},
                  "email": {"type": "string"},
                  "created_at": {"type": "string", "format": "date-time"}
                }
              },
              "Role": {"enum": ["user", "reader", "operator", "admin"]},
              "TutorialToken": {
                "type": "object",
                "required": ["token", "valid"],
                "properties": {"token": {"type": "string"}, "valid": {"type": "boolean"}}
              },
              "Problem": {
                "type": "object",
                "description": "RFC 9457.",
                "required": ["type", "title", "status", "detail", "error"],
                "properties": {
                  "type": {"type": "string"},
                  "title": {"type": "string"},
                  "status": {"type": "integer"},
                  "detail": {"type": "string", "description": "What is wrong, and what to do."},
                  "error": {"type": "string", "description": "The same, for the tutorials' clients."},
                  "field": {"type": "string", "description": "The field or the query parameter that is wrong, if it is one."}
                }
              }
            }
          }
        }
        """#
}
